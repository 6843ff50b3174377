/* Answers pairs of versions ("left<tab>right" a line) as apk does: -1, 0, 1, or ! where one is no
   version. Compiled around version.c of apk-tools 3, without its own headers:

   sed '/^#include "apk_/d' apk-tools/src/version.c > version.inc
   cc -I. -o apk-order tests/oracle/apk.c */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

typedef struct {
    long len;
    char *ptr;
} apk_blob_t;

enum { APK_VERSION_EQUAL = 1, APK_VERSION_LESS = 2, APK_VERSION_GREATER = 4, APK_VERSION_FUZZY = 8 };
enum { APK_VERSION_CONFLICT = 16, APK_DEPMASK_ANY = 7, APK_DEPMASK_CHECKSUM = 6 };
enum { APK_CTYPE_HEXDIGIT, APK_CTYPE_VERSION_SUFFIX };

#define APK_BLOB_PTR_LEN(start, length) ((apk_blob_t){.len = (length), .ptr = (void *)(start)})
#define APK_BLOB_STRLIT(text) APK_BLOB_PTR_LEN(text, sizeof(text) - 1)
#define APK_BLOB_IS_NULL(blob) ((blob).ptr == NULL)

static int apk_blob_sort(apk_blob_t a, apk_blob_t b)
{
    int order = memcmp(a.ptr, b.ptr, a.len < b.len ? a.len : b.len);
    return order ? order : (a.len > b.len) - (a.len < b.len);
}

static int apk_blob_compare(apk_blob_t a, apk_blob_t b)
{
    return a.len == b.len ? memcmp(a.ptr, b.ptr, a.len) : 1;
}

static void skip(apk_blob_t *blob, long length)
{
    blob->ptr += length;
    blob->len -= length;
}

static uint64_t apk_blob_pull_uint(apk_blob_t *blob, int radix)
{
    uint64_t number = 0;
    for (; blob->len > 0 && *blob->ptr >= '0' && *blob->ptr <= '9'; skip(blob, 1))
        number = number * radix + (*blob->ptr - '0');
    return number;
}

static int apk_blob_pull_blob_match(apk_blob_t *blob, apk_blob_t start)
{
    bool match = blob->len >= start.len && memcmp(blob->ptr, start.ptr, start.len) == 0;
    if (match)
        skip(blob, start.len);
    return match;
}

static void apk_blob_spn(apk_blob_t blob, int class, apk_blob_t *run, apk_blob_t *rest)
{
    const char *accepted =
        class == APK_CTYPE_HEXDIGIT ? "0123456789abcdef" : "abcdefghijklmnopqrstuvwxyz";
    long length = 0;
    while (length < blob.len && strchr(accepted, blob.ptr[length]))
        length++;
    *run = APK_BLOB_PTR_LEN(blob.ptr, length);
    *rest = APK_BLOB_PTR_LEN(blob.ptr + length, blob.len - length);
}

#include "version.inc"

int main(void)
{
    static char pair[65536];
    while (fgets(pair, sizeof pair, stdin)) {
        pair[strcspn(pair, "\n")] = 0;
        char *tab = strchr(pair, '\t');
        if (!tab)
            return 1;
        apk_blob_t left = APK_BLOB_PTR_LEN(pair, tab - pair);
        apk_blob_t right = APK_BLOB_PTR_LEN(tab + 1, strlen(tab + 1));
        if (!apk_version_validate(left) || !apk_version_validate(right)) {
            puts("!");
            continue;
        }
        switch (apk_version_compare(left, right)) {
        case APK_VERSION_LESS: puts("-1"); break;
        case APK_VERSION_GREATER: puts("1"); break;
        default: puts("0");
        }
    }
    return 0;
}
