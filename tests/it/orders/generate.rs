//! Made-up versions: by the grammar of an ecosystem, with what its tools stumble over, and by small
//! changes to a version that exists. The same seed makes the same pairs on every machine.

use proptest::strategy::{Strategy, ValueTree};
use proptest::string::{RegexGeneratorStrategy, string_regex};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// How versions of an ecosystem look.
pub(crate) struct Grammar {
    /// A regular expression for each kind of text.
    pub(crate) forms: &'static [&'static str],
    /// Versions as they are published.
    pub(crate) published: &'static [&'static str],
    /// What is put into a version, or in place of a part, to make its neighbour.
    pub(crate) pieces: &'static [&'static str],
}

pub(crate) const SEMVER: Grammar = Grammar {
    forms: &[
        "(0|1|2|9|10|99|100)\\.(0|1|9|10|200)\\.(0|1|2|10)(-(0|1|10|alpha|beta|rc|a|A|x-y|-|0a|1-)(\\.(0|1|2|11|x|rc|-))?(\\.(0|z))?)?(\\+[0-9a-z-]{1,4}(\\.[0-9]{1,2})?)?",
        "[0-2]\\.[0-2]\\.[0-2]",
        "[0-9]{1,20}\\.[0-9]{1,3}\\.[0-9]{1,3}",
        "v?[0-9]{0,2}(\\.[0-9]{0,2}){0,3}[-+a-z0-9.]{0,4}",
    ],
    published: &[
        "1.0.0",
        "1.0.0-alpha",
        "1.0.0-alpha.1",
        "1.0.0-alpha.beta",
        "1.0.0-beta.11",
        "1.0.0-rc.1",
        "0.0.0-20240101000000-abcdef123456",
        "1.2.3+build.5",
        "2.0.0-1",
        "4.18.2",
        "1.2.3-0.3.7",
    ],
    pieces: &[
        "0",
        "1",
        ".",
        "-",
        "+",
        "a",
        "rc",
        ".0",
        "-0",
        "10",
        "00",
        "v",
        "Z",
        "_",
        "~",
        "18446744073709551616",
    ],
};

pub(crate) const NPM: Grammar = Grammar {
    forms: &[
        "(v|=|= | v|vv)?(0|1|2|9|10|007)\\.(0|1|9|10|01)\\.(0|1|2|10|00)(-?(0|01|10|alpha|beta|rc|a|A|x-y|-|0a|1-)(\\.(0|1|02|11|x|rc|-))?)?(\\+[0-9a-z-]{1,4})?",
        "[0-2]\\.[0-2]\\.[0-2](-[0-9]{1,20}){0,1}",
        "[0-9]{1,20}\\.[0-9]{1,3}\\.[0-9]{1,3}[ab]?",
        "[v=]{0,2}[0-9]{0,2}(\\.[0-9]{0,2}){0,3}[-+a-z0-9.]{0,4}",
    ],
    published: &[
        "4.17.21",
        "18.2.0",
        "5.0.0-next.3",
        "1.0.0-rc.1",
        "0.0.0-experimental-8b155d261-20211014",
        "v1.2.3",
        "=1.2.3",
        "1.0.0beta",
        "0.8.0-alpha.1+sha.abc",
        "2.0.0-0",
        "1.2",
        "=1.2",
        "v1",
        "1.2-rc",
    ],
    pieces: &[
        "0",
        "1",
        ".",
        "-",
        "+",
        "a",
        "rc",
        ".0",
        "-0",
        "10",
        "00",
        "v",
        "=",
        " ",
        "Z",
        "_",
        "~",
        "x",
        "9007199254740991",
        "9007199254740993",
    ],
};

pub(crate) const GO: Grammar = Grammar {
    forms: &[
        "v?(0|1|2|9|10)\\.(0|1|9|10)\\.(0|1|2|10)(-(0|1|10|alpha|rc|pre|A|-)(\\.(0|1|2|11|x))?(\\.20[12][0-9]{11}-[0-9a-f]{12})?)?(\\+incompatible)?",
        "v?[0-1]\\.0\\.0-20[12][0-9]{11}-[0-9a-f]{12}(\\+incompatible)?",
        "v?[0-1]\\.[0-1]\\.[0-1]-0\\.20[12][0-9]{11}-[0-9a-f]{12}",
        "v?[0-9]{0,2}(\\.[0-9]{0,2}){0,3}[-+a-z0-9.]{0,4}",
        "v?[0-9]{1,20}\\.[0-9]{1,3}\\.[0-9]{1,3}",
    ],
    published: &[
        "v0.17.0",
        "0.17.1-0.20240101000000-abcdefabcdef",
        "v2.0.0+incompatible",
        "v1.2.3-pre.0.20191109021931-daa7c04131f5",
        "1.21.0-rc.2",
        "v1",
        "1.2",
        "v0.0.0-20200622213623-75b288015ac9",
        "1.22.0-0",
    ],
    pieces: &[
        "0",
        "1",
        ".",
        "-",
        "+",
        "a",
        "rc",
        ".0",
        "-0",
        "10",
        "00",
        "v",
        "Z",
        "_",
        "+incompatible",
        "99999999999999999999",
    ],
};

pub(crate) const PYPI: Grammar = Grammar {
    forms: &[
        "v?([0-9]!)?(0|1|2|10|2024)(\\.(0|1|10|00|01)){0,3}([-_.]?(a|b|c|rc|alpha|beta|pre|preview)[-_.]?[0-9]{0,2})?(-[0-9]|[-_.]?(post|rev|r)[-_.]?[0-9]{0,2})?([-_.]?dev[-_.]?[0-9]{0,2})?(\\+[a-z0-9]{1,3}([-_.][a-z0-9]{1,3}){0,2})?",
        "[0-2](\\.[0-2]){0,3}",
        "[0-9]{1,2}(\\.|-|_|[a-z]{1,3}|dev|rc|pre|final|!|\\+){1,4}[0-9]{0,9}",
        "[0-9A-Za-z.+!_-]{1,8}",
        "(2004|0\\.7|r|rel-?)[0-9]{0,3}[a-d]?(-?(dev|pre|final|rc))?(-r?[0-9]{1,3})?",
    ],
    published: &[
        "1.26.18",
        "2.0rc1",
        "4.2.7",
        "1.0.post1",
        "2023.7.22",
        "1.0.dev456",
        "1!1.0",
        "1.0+ubuntu.1",
        "2004d",
        "0.7.9.dev-r123",
        "3.1.0-beta-2",
        "0.1dev-r1716",
        "1.0-final",
        "1.0.0-SNAPSHOT",
        "2013b-2",
    ],
    pieces: &[
        "0",
        "1",
        ".",
        "-",
        "_",
        "+",
        "!",
        "a",
        "b",
        "rc",
        "dev",
        "post",
        "final",
        "pre",
        "00",
        "10",
        "123456789",
        "v",
        "Z",
        "~",
        "preview",
    ],
};

pub(crate) const GEM: Grammar = Grammar {
    forms: &[
        "(0|1|2|10|00)(\\.(0|1|2|10|00|a|b|A|rc|rc1|pre|1a|b2c)){0,5}(-(0|1|a|rc1|-|x-y)(\\.(0|1|a))?)?",
        "[0-2](\\.[0-2]){0,4}",
        "[0-9A-Za-z.-]{1,7}",
        "[0-9]{1,25}\\.[0a]",
    ],
    published: &[
        "7.0.4.3",
        "1.0.0.rc1",
        "6.1.7.beta2",
        "0.9.9",
        "1.0.0.pre.1",
        "2.0.0-x86",
        "1.13.0.rc1",
        "3.2.0.preview1",
        "1.0.a.0.b",
    ],
    pieces: &[
        "0", "1", ".", "-", "a", "rc", ".0", ".a", ".0.0", "10", "00", "Z", "_", " ", "pre", "1a",
    ],
};

pub(crate) const NUGET: Grammar = Grammar {
    forms: &[
        "(0|1|2|10|01)(\\.(0|1|2|10|00)){0,3}(-(0|1|01|10|-1|--1|-0|alpha|ALPHA|Beta|rc|x-y|0a)(\\.(0|1|2|11|X|x|rc|-5))?)?(\\+[0-9a-zA-Z-]{1,4})?",
        "[0-2](\\.[0-2]){0,3}",
        "[0-9]{1,11}(\\.[0-9]{1,3}){0,4}",
        "[0-2]\\.0-[0-9a-cA-C-]{1,11}",
        "v?[0-9]{0,2}(\\.[0-9]{0,2}){0,4}[-+a-z0-9.]{0,4}",
    ],
    published: &[
        "13.0.1",
        "4.3.0-preview1-24530-04",
        "1.0.0.0",
        "2.0.0-beta-001",
        "6.0.0-rc.1.21451.13",
        "1.0.0+sha.5114f85",
        "5.0.0-RC.2",
        "1.0.0-2147483648",
        "1.0.0-2147483647",
    ],
    pieces: &[
        "0",
        "1",
        ".",
        "-",
        "+",
        "a",
        "A",
        "RC",
        ".0",
        "-0",
        "10",
        "00",
        " ",
        "_",
        "2147483647",
        "2147483648",
        "-5",
    ],
};

pub(crate) const COMPOSER: Grammar = Grammar {
    forms: &[
        "[vV]?(0|1|2|10|99999)(\\.(0|1|2|10|00)){0,3}[._-]?((stable|beta|b|RC|rc|alpha|a|patch|pl|p|Stable|DEV)([.-]?(0|1|2|10)){0,2})?([.-]?dev)?(@(beta|stable|dev))?(\\+[a-z0-9]{1,3})?",
        "[0-2](\\.[0-2]){0,3}",
        "v?(1|2|10)(\\.(x|X|\\*|0|1)){0,4}[.-]?dev",
        "(19|20)[0-9]{2}([.:-]?[0-9]{2}){0,7}([.:-]?[0-9]{1,3})?([._-]?(beta|p|RC|alpha)[0-9]{0,2})?(-dev)?",
        "(dev-|DEV-)?(master|main|1\\.0|trunk|default)",
        "v?[0-9]{0,6}(\\.[0-9]{0,2}){0,4}[-+a-z0-9.@]{0,5}",
    ],
    published: &[
        "v1.2.3",
        "2.0.0-RC1",
        "1.0.0-beta.11",
        "3.4.x-dev",
        "1.0.0-alpha1",
        "20100102-203040-p1",
        "2010.01.02",
        "1.0.0-p1",
        "1.0-patch.2",
        "dev-master",
        "1.0.0.0-dev",
        "v5.4.21+no-dev",
        "1.0.0@stable",
    ],
    pieces: &[
        "0",
        "1",
        ".",
        "-",
        "_",
        "+",
        "a",
        "b",
        "p",
        "rc",
        "RC",
        "dev",
        "-dev",
        "x",
        "*",
        "v",
        "stable",
        "10",
        "00",
        "@dev",
        "~",
        "9223372036854775808",
    ],
};

pub(crate) const HACKAGE: Grammar = Grammar {
    forms: &[
        "(0|1|2|10|12)(\\.(0|1|2|10|99|123456789)){0,5}",
        "[0-2](\\.[0-2]){0,4}",
        "[0-9]{1,10}(\\.[0-9]{1,2}){0,2}",
        "[0-9.-]{1,7}",
    ],
    published: &["1.2.3", "0.10.4.2", "2.0", "1.0", "1", "4.18.0.0", "3.98.1.16", "0.1.0.20240101"],
    pieces: &["0", "1", ".", ".0", "10", "00", "a", "999999999", " ", "-x"],
};

pub(crate) const R: Grammar = Grammar {
    forms: &[
        "(0|1|2|10|12)([.-](0|1|2|10|99|123456789)){0,5}",
        "[0-2](\\.[0-2]){0,4}",
        "[0-9]{1,10}([.-][0-9]{1,2}){0,2}",
        "[0-9.-]{1,7}",
    ],
    published: &[
        "1.2.3",
        "0.10.4.2",
        "2.0-1",
        "1.0",
        "1",
        "4.18.0.0",
        "3.98-1.16",
        "0.1.0.20240101",
    ],
    pieces: &["0", "1", ".", "-", "10", "00", "a", "999999999", " "],
};

pub(crate) const DEBIAN: Grammar = Grammar {
    forms: &[
        "([0-3]:)?(0|1|2|10|007|1a|1\\.)([.+~-](0|1|2|10|rc1|git|dfsg|a|~)){0,4}(-(0|1|2|00|1~|1\\+)(ubuntu|deb12u|build|~bpo|\\+b|\\.)?[0-9]{0,2}(~[0-9.]{0,4})?)?",
        "[0-2](\\.[0-2]){0,3}(-[0-2])?",
        "([0-9]{1,10}:)?[0-9]{1,22}(\\.[0-9]{1,22}){0,2}",
        "[0-9][0-9a-zA-Z.+~:-]{0,8}",
        "[0-9a-z:.+~-]{1,5}",
    ],
    published: &[
        "2.17.1-1~deb11u1",
        "1:9.16.44-1~deb11u1",
        "7.88.1-10+deb12u5",
        "2.36-9",
        "3.0.11-1~deb12u2",
        "2:9.1.1230-2",
        "1.0.4+git",
        "5.15.0-91.101~20.04.1",
        "1.0~rc1-1",
        "20210119~20.04.2ubuntu0.1",
    ],
    pieces: &[
        "0", "1", ".", "-", "+", "~", ":", "a", "Z", "00", "10", "~~", "-0", "1:", "ubuntu", "_",
        " ",
    ],
};

pub(crate) const RPM: Grammar = Grammar {
    forms: &[
        "([0-3]:)?(0|1|2|10|007|1a|a|r)([._+~^](0|1|2|10|rc1|git|el9|a|~|\\^|0b)){0,4}(-(0|1|2|00|1\\.el[89]|3\\.fc39|1~rc|1\\^git)(_[0-9]|\\.module[+0-9a-f]{0,4})?)?",
        "[0-2](\\.[0-2]){0,3}(-[0-2])?",
        "[0-9]{1,22}(\\.[0-9]{1,22}){0,2}-[0-9]{1,2}",
        "[0-9a-zA-Z._+~^-]{1,8}",
        "[0-9]{0,2}:?[a-z0-9~^.]{1,5}-?[a-z0-9.]{0,3}",
    ],
    published: &[
        "3.0.7-18.el9_2",
        "1:2.06-61.el9",
        "5.14.0-284.11.1.el9_2",
        "2.34-60.el9",
        "1.0~rc1-1",
        "1.0^20240101git-1",
        "0:1.1.1k-9.el8_7",
        "4.18.0-477.10.1.el8_8",
        "9.0.1378-2.fc39",
        "150400.1.2",
    ],
    pieces: &[
        "0", "1", ".", "-", "+", "~", "^", ":", "a", "Z", "00", "10", "_", "el8", "1:", "~~",
        ".el9",
    ],
};

pub(crate) const APK: Grammar = Grammar {
    forms: &[
        "(0|1|2|10|01)(\\.(0|1|2|10|00|01|010|09)){0,4}[a-c]?(_(alpha|beta|pre|rc|cvs|svn|git|hg|p)[0-9]{0,3}){0,2}(~[0-9a-f]{1,4})?(-r(0|1|2|10|01))?",
        "[0-2](\\.[0-2]){0,3}(-r[0-2])?",
        "[0-9]{1,18}(\\.[0-9]{1,18}){0,2}",
        "[0-9a-z._~r-]{1,8}",
    ],
    published: &[
        "1.2.3-r0",
        "3.0.8-r4",
        "2.12.10_git20240101-r1",
        "1.36.1-r15",
        "1.1.1w-r1",
        "9.5_p1-r0",
        "0.9.28_rc1",
        "1.0_alpha_pre2",
        "2024.07.02-r0",
        "1.2~abc123-r3",
    ],
    pieces: &[
        "0", "1", ".", "-r1", "_", "_p", "_rc", "a", "Z", "00", "01", "10", "~a", "-r0", "~", "r",
        "-",
    ],
};

/// So many pairs: of two unrelated versions, or of a version and a neighbour.
pub(crate) fn pairs(grammar: &Grammar, count: usize, seed: usize) -> Vec<(String, String)> {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&(seed as u64).to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let forms = grammar.forms.iter().map(|form| string_regex(form).unwrap()).collect();
    let mut source = Source { runner: &mut runner, grammar, forms };
    (0..count).map(|_| source.pair()).collect()
}

struct Source<'r> {
    runner: &'r mut TestRunner,
    grammar: &'r Grammar,
    forms: Vec<RegexGeneratorStrategy<String>>,
}

impl Source<'_> {
    fn pair(&mut self) -> (String, String) {
        let left = self.version();
        let right = if self.below(2) == 0 { self.version() } else { self.neighbour(&left) };
        if self.below(2) == 0 { (left, right) } else { (right, left) }
    }

    fn version(&mut self) -> String {
        if self.below(6) == 0 {
            return self.one_of(self.grammar.published).to_owned();
        }
        // the first forms are those of real versions: they come more often
        let count = self.forms.len();
        let form = self.below(count).min(self.below(count));
        self.forms[form].new_tree(self.runner).unwrap().current()
    }

    fn neighbour(&mut self, text: &str) -> String {
        let ends: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let (head, tail) = text.split_at(ends[self.below(ends.len())]);
        let shorter: String = tail.chars().skip(1).collect();
        match self.below(5) {
            0 => format!("{head}{}{tail}", self.one_of(self.grammar.pieces)),
            1 => format!("{head}{}{shorter}", self.one_of(self.grammar.pieces)),
            2 => format!("{text}{}", self.one_of(self.grammar.pieces)),
            3 => format!("{head}{shorter}"),
            _ => format!("{head}{}{tail}", tail.chars().take(2).collect::<String>()),
        }
    }

    fn one_of(&mut self, texts: &'static [&'static str]) -> &'static str {
        texts[self.below(texts.len())]
    }

    fn below(&mut self, bound: usize) -> usize {
        (0..bound).new_tree(self.runner).unwrap().current()
    }
}
