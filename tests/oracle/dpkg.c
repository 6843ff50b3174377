/* Answers pairs of versions ("left<tab>right" a line) as dpkg does: -1, 0, 1, or ! where one is no
   version; what dpkg only warns of is one. Built around Debian's libdpkg-dev:

   cc -o dpkg-order tests/oracle/dpkg.c -ldpkg -lmd */
#define LIBDPKG_VOLATILE_API
#include <dpkg/dpkg.h>
#include <dpkg/dpkg-db.h>
#include <dpkg/error.h>
#include <dpkg/version.h>
#include <stdio.h>
#include <string.h>

static bool read_version(struct dpkg_version *version, const char *text)
{
    struct dpkg_error error = DPKG_ERROR_INIT;
    bool known = parseversion(version, text, &error) == 0 || error.type == DPKG_MSG_WARN;
    dpkg_error_destroy(&error);
    return known;
}

int main(void)
{
    static char pair[65536];
    while (fgets(pair, sizeof pair, stdin)) {
        struct dpkg_version left, right;
        pair[strcspn(pair, "\n")] = 0;
        char *tab = strchr(pair, '\t');
        if (!tab)
            return 1;
        *tab = 0;
        if (!read_version(&left, pair) || !read_version(&right, tab + 1)) {
            puts("!");
            continue;
        }
        int order = dpkg_version_compare(&left, &right);
        printf("%d\n", (order > 0) - (order < 0));
    }
    return 0;
}
