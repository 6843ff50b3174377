<?php
// Answers pairs of versions ("left<tab>right" a line) as Composer does: normalised, then compared.
// -1, 0, 1, or ! where one is no version or a branch, which no constraint orders. Exit code 77: the
// library is not installed (Debian: php-composer-semver).
$library = getenv('BOMVET_COMPOSER_SEMVER') ?: '/usr/share/php/Composer/Semver/autoload.php';
if (!is_file($library)) {
    exit(77);
}
require $library;
$parser = new Composer\Semver\VersionParser();
foreach (explode("\n", substr(stream_get_contents(STDIN), 0, -1)) as $pair) {
    try {
        [$left, $right] = array_map([$parser, 'normalize'], explode("\t", $pair));
        $branch = strpos($left, 'dev-') === 0 || strpos($right, 'dev-') === 0;
        echo $branch ? '!' : version_compare($left, $right), "\n";
    } catch (UnexpectedValueException $e) {
        echo "!\n";
    }
}
