/* Functions that can't be given a bound. Include this header last. */
#ifndef BANNED_H
#define BANNED_H
#pragma GCC poison strcpy strcat strncpy strncat sprintf vsprintf strtok gets atoi atol atoll atof
#endif
