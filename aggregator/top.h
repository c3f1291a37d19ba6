/* hl-usage top: the verbs by how often they ran. */
#ifndef TOP_H
#define TOP_H

/* argv[0] is "top". Returns the exit status. */
int top_main(int argc, char **argv);

#endif
