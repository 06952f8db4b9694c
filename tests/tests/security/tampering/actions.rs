//! Items that are read with other actions than they were written with.

use dynaseal::{AttributeAction, AttributeActions, ErrorKind};
use dynaseal_tests::samples::{ACTIONS, PARTITION_KEY, actions, context};

use super::target::Target;

#[tokio::test]
async fn an_attribute_is_only_read_with_the_action_it_was_written_with() {
    for target in Target::all().await {
        for name in target.plain.keys() {
            let written = actions().action(name);
            for read in ACTIONS.into_iter().filter(|action| *action != written) {
                let what = format!("{name}, {written:?}, read as {read:?}");
                let changed = actions().with(name, read);
                let result = target.encryptor.decrypt(target.stored.clone(), &changed, &context()).await;
                assert_eq!(target.error(&what, result).kind(), ErrorKind::Integrity, "{what}");
            }
        }
    }
}

#[tokio::test]
async fn the_default_action_is_no_exception() {
    for target in Target::all().await {
        // Only the key is named: every other attribute has the default action.
        let of = |default| AttributeActions::new(default).with(PARTITION_KEY, AttributeAction::SignOnly);
        for written in ACTIONS {
            let stored = target.encryptor.encrypt(target.plain.clone(), &of(written), &context()).await.unwrap();
            for read in ACTIONS {
                let result = target.encryptor.decrypt(stored.clone(), &of(read), &context()).await;
                match read == written {
                    true => assert_eq!(result.unwrap(), target.plain),
                    false => assert_eq!(target.error("another default", result).kind(), ErrorKind::Integrity),
                }
            }
        }
    }
}

#[tokio::test]
async fn actions_of_absent_attributes_do_not_matter() {
    for target in Target::all().await {
        for action in ACTIONS {
            let more = actions().with("not-yet-deployed", action);
            let read = target.encryptor.decrypt(target.stored.clone(), &more, &context()).await;
            assert_eq!(read.unwrap(), target.plain);
        }
    }
}

/// Without protected attributes, nothing is verified: the stored item is returned, including reserved attributes.
#[tokio::test]
async fn without_any_protection_the_stored_item_is_returned() {
    let nothing = AttributeActions::new(AttributeAction::DoNothing);
    for target in Target::all().await {
        let read = target.encryptor.decrypt(target.stored.clone(), &nothing, &context()).await;
        assert_eq!(read.unwrap(), target.stored);
    }
}
