/* report: all answers as one HTML page. */
#ifndef REPORT_H
#define REPORT_H

#include "options.h"

extern const struct command report_command;

#endif
