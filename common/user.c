#include "user.h"

#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "banned.h"

void user_label(char out[USER_MAX])
{
	char room[16384];
	struct passwd entry;
	struct passwd *found = NULL;
	uid_t uid = getuid();
	if (getpwuid_r(uid, &entry, room, sizeof room, &found) == 0 && found && *found->pw_name &&
	    strlen(found->pw_name) < USER_MAX)
		snprintf(out, USER_MAX, "%s", found->pw_name);
	else
		snprintf(out, USER_MAX, "uid:%lu", (unsigned long)uid);
}
