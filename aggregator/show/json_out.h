/* JSON for programs: always valid UTF-8, numbers and times in one form. Values that are NULL had no memory. */
#ifndef JSON_OUT_H
#define JSON_OUT_H

#include <json-c/json.h>
#include <stdint.h>
#include <stdio.h>

/* A string; bytes that are no UTF-8 become U+FFFD. */
struct json_object *json_out_text(const char *text);
/* A fraction, rounded to four digits. */
struct json_object *json_out_fraction(double fraction);
/* RFC 3339, in UTC. */
struct json_object *json_out_time(int64_t s);

/* Take value, also when they fail (or when it is NULL): 0, or -1. */
int json_out_member(struct json_object *object, const char *name, struct json_object *value);
int json_out_element(struct json_object *array, struct json_object *value);

/* Prints one line: 0, or -1: no memory. Writing is checked at the end, by main. */
int json_out_print(struct json_object *value, FILE *out);

#endif
