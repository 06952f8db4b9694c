//! Migrations that are killed at any point complete when they are run again.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use dynaseal::ItemEncryptor;
use dynaseal_tests::accounts::{Account, Folder, TABLE, accounts, assert_all};
use dynaseal_tests::format::both;
use dynaseal_tests::seed::seed;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

const ITEMS: u32 = 300;
const KILLS: u32 = 20;

/// A process that migrates.
struct Migration<'a> {
    job: &'a str,
    folder: &'a tempfile::TempDir,
}

impl Migration<'_> {
    /// Kills it (with SIGKILL, on Unix) as soon as it reports this many visited items. Returns false if it completed
    /// before.
    fn run_and_kill_after(&self, items: usize) -> bool {
        let mut command = Command::new(env!("CARGO_BIN_EXE_migrate"));
        let mut process = command.arg(self.job).arg(self.folder.path()).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let told = lines.by_ref().take(items).count();
        if told == items {
            process.kill().unwrap();
        }
        // It may have completed before the signal arrived.
        let status = process.wait().unwrap();
        assert!(status.success() || told == items, "{} failed by itself: {status}", self.job);
        !status.success()
    }

    fn run_to_the_end(&self) {
        assert!(!self.run_and_kill_after(usize::MAX));
    }
}

async fn check(folder: &Folder, keys: &ItemEncryptor) {
    let client = folder.open().client();
    assert_all(&accounts(&client, keys), ITEMS).await;
    let count = client.scan().table_name(TABLE).select(aws_sdk_dynamodb::types::Select::Count).send().await.unwrap();
    assert_eq!(count.count, ITEMS as i32);
}

/// From one format to the other, and back: at least 20 kills in each direction.
#[tokio::test]
async fn a_killed_move_to_the_other_format_completes_when_it_is_run_again() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = Folder::new(temporary.path());
    let (first, second) = both();
    {
        let accounts = accounts(&folder.open().client(), &first);
        accounts.create_table().await.unwrap();
        for number in 0..ITEMS {
            accounts.create(&Account::new(number)).await.unwrap();
        }
    }
    let mut random = StdRng::seed_from_u64(seed());
    let mut kills = [0, 0];
    let directions = [("reencrypt", &second), ("back", &first)];
    for round in 0.. {
        let (job, to) = directions[round % 2];
        let migration = Migration { job, folder: &temporary };
        while kills[round % 2] < KILLS && migration.run_and_kill_after(random.random_range(1..ITEMS as usize / 2)) {
            kills[round % 2] += 1;
        }
        if is_unfinished(&folder) {
            migration.run_to_the_end();
        }
        assert!(!is_unfinished(&folder));
        check(&folder, to).await;
        if kills == [KILLS, KILLS] {
            return;
        }
        // The way back is another move.
        std::fs::remove_file(folder.checkpoint()).unwrap();
    }
}

#[tokio::test]
async fn a_killed_import_completes_when_it_is_run_again() {
    let mut random = StdRng::seed_from_u64(seed());
    let mut kills = 0;
    while kills < KILLS {
        let temporary = tempfile::tempdir().unwrap();
        let folder = Folder::new(temporary.path());
        write_plaintext(&folder).await;
        let migration = Migration { job: "import", folder: &temporary };
        // The signal can also arrive between the end of its work and the end of its process.
        while kills < KILLS
            && is_unfinished(&folder)
            && migration.run_and_kill_after(random.random_range(1..ITEMS as usize / 2))
        {
            kills += 1;
        }
        if is_unfinished(&folder) {
            migration.run_to_the_end();
        }
        check(&folder, &both().0).await;
    }
}

async fn write_plaintext(folder: &Folder) {
    let client = folder.open().client();
    accounts(&client, &both().0).create_table().await.unwrap();
    for number in 0..ITEMS {
        let item = Account::new(number).plaintext();
        client.put_item().table_name(TABLE).set_item(Some(item)).send().await.unwrap();
    }
}

fn is_unfinished(folder: &Folder) -> bool {
    !std::fs::read_to_string(folder.checkpoint()).is_ok_and(|text| text.contains(r#""phase":"Finished""#))
}
