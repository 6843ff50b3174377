//! PostgreSQL's texts hold no NUL, and documents may. Written apart, no two texts become one, and their order by
//! bytes stays: NUL is the byte 1 and a 0, the byte 1 itself is followed by a 1.

use std::borrow::Cow;

/// A text as it is stored.
pub(super) fn kept(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| byte > 1) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace('\u{1}', "\u{1}1").replace('\0', "\u{1}0"))
}

/// A stored text as it was.
pub(super) fn told(text: String) -> String {
    if !text.contains('\u{1}') {
        return text;
    }
    text.replace("\u{1}0", "\0").replace("\u{1}1", "\u{1}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn texts_come_back_and_keep_their_order(
            one in "[\u{0}-\u{3}01a]{0,6}", other in "[\u{0}-\u{3}01a]{0,6}",
        ) {
            prop_assert!(!kept(&one).contains('\0'));
            prop_assert_eq!(told(kept(&one).into_owned()), one.clone());
            prop_assert_eq!(kept(&one).cmp(&kept(&other)), one.cmp(&other));
        }
    }
}
