/* The user label: whose event it is. */
#ifndef USER_H
#define USER_H

enum { USER_MAX = 256 }; /* bytes, with the NUL */

/*
 * The passwd name of the real uid, never $USER; "uid:<n>" without a passwd entry. May be slow
 * (NSS), and needs a dynamically linked libc.
 */
void user_label(char out[USER_MAX]);

#endif
