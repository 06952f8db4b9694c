//! The contents and functions of the page.

use std::time::{Duration, Instant};

use clap::Parser as _;
use dynaseal_web::{Settings, router};
use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::key::Key;
use fantoccini::wd::TimeoutConfiguration;
use fantoccini::{Client, Locator};
use tempfile::TempDir;
use tokio::net::TcpListener;

use super::chromium::Chromium;

/// The service on its own folder, and a browser that shows its page.
struct Page {
    browser: Client,
    url: String,
    _chromium: Chromium,
    _folder: TempDir,
}

impl Page {
    async fn open() -> Self {
        Self::of_format("dbesdk").await
    }

    async fn of_format(format: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().to_str().unwrap();
        let settings = ["web", "--listen", "127.0.0.1:0", "--folder", path, "--format", format];
        let settings = Settings::try_parse_from(settings).unwrap();
        let listener = TcpListener::bind(settings.listen).await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let service = settings.open().await.unwrap();
        tokio::spawn(axum::serve(listener, router(service)).into_future());
        let chromium = Chromium::start().await;
        let browser = chromium.browser().await;
        let page = Self { browser, url, _chromium: chromium, _folder: folder };
        page.load().await;
        page
    }

    /// Opens the page in the current window, and waits until a company is open: it empties the search.
    async fn load(&self) {
        self.browser.goto(&self.url).await.unwrap();
        self.exists("#companies [aria-current=true]").await;
    }

    /// Waits until there is such an element.
    async fn exists(&self, css: &str) {
        self.on(css, async |_| Ok(())).await;
    }

    async fn click(&self, css: &str) {
        self.on(css, async |element| element.click().await).await;
    }

    async fn text(&self, css: &str) -> String {
        self.on(css, async |element| element.text().await).await
    }

    /// Waits for the element, and acts on it. The page may replace an element after it was found, and then the new one
    /// is meant.
    async fn on<T>(&self, css: &str, action: impl AsyncFn(Element) -> Result<T, CmdError>) -> T {
        let start = Instant::now();
        loop {
            let found = self.browser.find(Locator::Css(css)).await;
            let result = match found {
                Ok(element) => action(element).await,
                Err(missing) => Err(missing),
            };
            match result {
                Ok(value) => return value,
                Err(error) if !is_passing(&error) || start.elapsed() > PATIENCE => panic!("{css}: {error}"),
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    }

    /// Waits until the text of the element contains this.
    async fn expect(&self, css: &str, wanted: &str) {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            if let Ok(element) = self.browser.find(Locator::Css(css)).await
                && element.text().await.is_ok_and(|text| text.contains(wanted))
            {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{css} never said {wanted:?}, but {:?}", self.text(css).await);
    }

    async fn fill(&self, name: &str, value: &str) {
        self.type_into(&format!("#form [name={name}]"), value).await;
    }

    async fn type_into(&self, css: &str, value: &str) {
        self.on(css, async |field| {
            field.clear().await?;
            field.send_keys(value).await
        })
        .await;
    }

    /// Searches for an employee.
    async fn search(&self, by: &str, value: &str) {
        let option = format!("#search-by option[value={by}]");
        self.click(&option).await;
        self.type_into("#search-value", value).await;
        self.click("#find").await;
    }

    /// That nothing is wider than the window, at both widths.
    async fn expect_everything_inside(&self, name: &str) {
        for width in [1280, 360] {
            self.browser.set_window_size(width, 900).await.unwrap();
            let fits = "const inside = (element) => element.scrollWidth <= element.clientWidth; \
                        return document.documentElement.scrollWidth <= window.innerWidth && \
                        [...document.querySelectorAll('section, header')].every(inside)";
            assert_eq!(self.browser.execute(fits, Vec::new()).await.unwrap(), true, "{name} at {width} pixels");
            self.screenshot(&format!("{name}-{width}.png")).await;
        }
        self.browser.set_window_size(1280, 900).await.unwrap();
    }

    async fn is_visible(&self, css: &str) -> bool {
        self.on(css, async |element| element.is_displayed().await).await
    }

    async fn screenshot(&self, name: &str) {
        let Some(folder) = std::env::var_os("SCREENSHOTS") else { return };
        let picture = self.browser.screenshot().await.unwrap();
        std::fs::write(std::path::Path::new(&folder).join(name), picture).unwrap();
    }
}

/// Whether the page has not shown the element yet, or has replaced it since it was found.
fn is_passing(error: &CmdError) -> bool {
    error.is_no_such_element() || error.is_stale_element_reference()
}

/// Longer than a success takes, even on a busy machine.
const PATIENCE: Duration = Duration::from_secs(90);

#[tokio::test(flavor = "multi_thread")]
async fn an_employee_is_added_shown_in_both_views_and_edited() {
    let page = Page::open().await;
    page.click("#add").await;
    for (name, value) in [("employee_id", "e-9"), ("name", "Grace Hopper"), ("salary", "5100"), ("department", "Navy")]
    {
        page.fill(name, value).await;
    }
    page.click("#save").await;
    page.expect("#record-title", "Grace Hopper").await;
    page.expect("tr[data-name=name] .protection", "encrypted and signed").await;
    page.expect("tr[data-name=department] .stored", "Navy").await;
    assert!(!page.text("tr[data-name=name] .stored").await.contains("Grace"));
    assert_eq!(page.text("tr[data-name=salary] td:nth-child(2)").await, "5100");
    page.click("#edit").await;
    page.fill("salary", "5200").await;
    page.click("#save").await;
    page.expect("tr[data-name=salary] td:nth-child(2)", "5200").await;
    page.browser.clone().close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_in_a_second_window_is_not_overwritten() {
    let page = Page::open().await;
    page.click("[data-id=e-1]").await;
    page.expect("#record-title", "Ada Lovelace").await;
    page.click("#edit").await;
    page.fill("salary", "1").await;

    let first = page.browser.window().await.unwrap();
    let second = page.browser.new_window(false).await.unwrap();
    page.browser.switch_to_window(second.handle).await.unwrap();
    page.load().await;
    page.click("[data-id=e-1]").await;
    page.expect("#record-title", "Ada Lovelace").await;
    page.click("#edit").await;
    page.fill("salary", "6000").await;
    page.click("#save").await;
    page.expect("tr[data-name=salary] td:nth-child(2)", "6000").await;

    page.browser.switch_to_window(first).await.unwrap();
    page.click("#save").await;
    page.expect("#form-problem", "changed meanwhile").await;
    page.click("#cancel").await;
    page.click("#reload").await;
    page.expect("tr[data-name=salary] td:nth-child(2)", "6000").await;
    page.browser.clone().close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flipped_bit_is_rejected_on_the_page() {
    let page = Page::open().await;
    page.click("[data-id=e-2]").await;
    page.expect("#record-title", "Mary Somerville").await;
    page.click("#tamper").await;
    page.expect("#rejection", "failed verification").await;
    assert_eq!(page.text("tr[data-name=salary] td:nth-child(2)").await, "");
    assert!(!page.text("#record").await.contains("Somerville"));
    page.screenshot("rejected.png").await;
    page.browser.clone().close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_answer_does_not_replace_what_was_selected_since() {
    let page = Page::open().await;
    page.expect("#employees", "George Boole").await;
    let hold = r#"
        const send = window.fetch;
        const released = new Promise((resolve) => { window.release = resolve; });
        window.fetch = async (path, request) => {
            const response = await send(path, request);
            if (path.includes("/e-1") || path.includes("department=Logic")) await released;
            return response;
        };
    "#;
    page.browser.execute(hold, Vec::new()).await.unwrap();
    page.click("[data-id=e-1]").await;
    page.click("[data-id=e-2]").await;
    page.expect("#record-title", "Mary Somerville").await;
    page.search("department", "Logic").await;
    page.search("email", "ada@lovelace.example").await;
    page.expect("#employees-title", "Found by e-mail").await;
    let release = "window.release(); setTimeout(arguments[0], 500)";
    page.browser.execute_async(release, Vec::new()).await.unwrap();
    assert_eq!(page.text("#record-title").await, "Mary Somerville");
    let found = page.text("#employees").await;
    assert!(found.contains("Ada Lovelace") && !found.contains("George Boole"), "{found}");
    page.browser.clone().close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_employee_is_deleted_only_after_confirmation() {
    let page = Page::open().await;
    page.click("[data-id=e-3]").await;
    page.expect("#record-title", "George Boole").await;
    page.click("#delete").await;
    page.expect("#delete-title", "Delete George Boole?").await;
    page.click("#keep").await;
    assert!(page.is_visible("#record").await);
    page.click("#delete").await;
    page.click("#confirm-delete").await;
    page.expect("#status", "Deleted.").await;
    assert!(!page.is_visible("#record").await);
    page.exists("#employees:not(:has([data-id=e-3]))").await;
    page.browser.clone().close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_is_shown_until_it_is_dismissed_and_long_text_stays_inside() {
    let page = Page::open().await;
    page.expect("#page-number", "Page 1").await;
    page.click("#add").await;
    let long = "Wolfeschlegelsteinhausenbergerdorff".repeat(5);
    for (name, value) in [("employee_id", "e-9"), ("name", &long), ("salary", "1"), ("department", "Navy")] {
        page.fill(name, value).await;
    }
    page.fill("notes", "first line\nsecond line").await;
    page.click("#save").await;
    page.expect("tr[data-name=notes] td:nth-child(2)", "first line\nsecond line").await;
    page.expect_everything_inside("long").await;
    // For the page, the service is unreachable.
    page.browser.execute("window.fetch = () => Promise.reject(new Error('down'))", Vec::new()).await.unwrap();
    page.click("#reload").await;
    page.expect("#failure-text", "the service cannot be reached").await;
    page.click("#dismiss").await;
    assert!(!page.is_visible("#failure").await);
    page.browser.clone().close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_employees_are_paged_through() {
    let page = Page::open().await;
    let script = r#"
        const done = arguments[0];
        (async () => {
            for (let number = 0; number < 197; number += 1) {
                const body = { employee_id: `x-${String(number).padStart(3, "0")}`, name: `Person ${number}`, salary: number, department: "D" };
                const response = await fetch("/companies/acme/employees", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
                if (!response.ok) {
                    return done(response.status);
                }
            }
            done("all");
        })();
    "#;
    let timeouts = TimeoutConfiguration::new(Some(PATIENCE * 4), None, None);
    page.browser.update_timeouts(timeouts).await.unwrap();
    assert_eq!(page.browser.execute_async(script, Vec::new()).await.unwrap(), "all");
    page.browser.refresh().await.unwrap();
    page.expect("#page-number", "Page 1").await;
    let mut seen = page.browser.find_all(Locator::Css("#employees button")).await.unwrap().len();
    for number in 2..=10 {
        page.click("#next").await;
        page.expect("#page-number", &format!("Page {number}")).await;
        seen += page.browser.find_all(Locator::Css("#employees button")).await.unwrap().len();
    }
    assert_eq!(seen, 200);
    page.click("#next").await;
    // The accompanying message disappears after a while.
    page.exists("#next:disabled").await;
    assert_eq!(page.text("#page-number").await, "Page 10");
    page.browser.clone().close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_works_with_the_keyboard_alone() {
    let page = Page::open().await;
    page.expect("#page-number", "Page 1").await;
    let active = async || page.browser.active_element().await.unwrap();
    // The first stop leads past the companies and the search. Then Tab to the first employee and open it.
    page.on("body", async |body| body.send_keys(&char::from(Key::Tab).to_string()).await).await;
    assert_eq!(active().await.attr("class").await.unwrap().as_deref(), Some("skip"));
    active().await.send_keys(&char::from(Key::Enter).to_string()).await.unwrap();
    active().await.send_keys(&char::from(Key::Tab).to_string()).await.unwrap();
    assert_eq!(active().await.attr("data-id").await.unwrap().as_deref(), Some("e-1"));
    active().await.send_keys(&char::from(Key::Enter).to_string()).await.unwrap();
    page.expect("#record-title", "Ada Lovelace").await;
    // The heading of the opened employee has the focus, and the next stop is its first button.
    active().await.send_keys(&char::from(Key::Tab).to_string()).await.unwrap();
    assert_eq!(active().await.attr("id").await.unwrap().as_deref(), Some("edit"));
    active().await.send_keys(&char::from(Key::Enter).to_string()).await.unwrap();
    assert!(page.is_visible("#form-dialog").await);
    active().await.send_keys(&char::from(Key::Escape).to_string()).await.unwrap();
    assert!(!page.is_visible("#form-dialog").await);
    page.browser.clone().close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_searched_for_by_a_beacon_and_by_department() {
    let page = Page::open().await;
    page.expect("#company-title", "acme").await;
    page.expect("#company-note", "its key is public").await;
    page.search("email", "ADA@lovelace.example").await;
    page.expect("#employees-title", "Found by e-mail").await;
    page.expect("#employees", "Ada Lovelace").await;
    assert!(!page.text("#employees").await.contains("Boole"));
    page.click("[data-id=e-1]").await;
    page.expect("[data-fact=format]", "Database Encryption SDK").await;
    page.expect("[data-fact=branch-key]", "acme, version 1 of 1").await;
    let beacon = page.text("tr[data-name=aws_dbe_b_email] .stored").await;
    page.expect("[data-fact=beacon]", &beacon).await;
    page.screenshot("record.png").await;

    page.search("department", "Logic").await;
    page.expect("#employees", "George Boole").await;
    page.search("email", "nobody@acme.example").await;
    page.expect("#empty", "Nobody was found.").await;
    page.search("email", "absurd").await;
    page.expect("#failure-text", "not an e-mail address").await;
    page.click("#everybody").await;
    page.expect("#employees", "Mary Somerville").await;

    // The same person at the other company: another key, so another beacon.
    page.click("[data-company=initech]").await;
    page.exists("[data-company=initech][aria-current=true]").await;
    page.search("email", "ada@lovelace.example").await;
    page.expect("#employees-title", "Found by e-mail").await;
    page.click("[data-id=e-3]").await;
    page.expect("[data-fact=branch-key]", "initech").await;
    assert_ne!(page.text("tr[data-name=aws_dbe_b_email] .stored").await, beacon);
    page.browser.clone().close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_rotated_and_a_company_shredded_before_the_users_eyes() {
    let page = Page::open().await;
    page.click("[data-id=e-1]").await;
    page.expect("#record-title", "Ada Lovelace").await;
    page.click("#rotate").await;
    page.expect("#company-facts", "2 of 2").await;
    page.expect("[data-fact=branch-key]", "acme, version 1 of 2").await;
    page.click("#edit").await;
    page.fill("salary", "4300").await;
    page.click("#save").await;
    page.expect("[data-fact=branch-key]", "acme, version 2 of 2").await;

    page.click("#shred").await;
    page.expect("#shred-title", "Shred acme?").await;
    page.type_into("#shred-form [name=company]", "initech").await;
    page.click("#confirm-shred").await;
    assert!(page.is_visible("#shred-dialog").await, "another name is no confirmation");
    page.type_into("#shred-form [name=company]", "acme").await;
    page.click("#confirm-shred").await;
    page.expect("#rejection", "Unreadable").await;
    page.expect("#employees", "unreadable").await;
    assert!(!page.text("main").await.contains("Lovelace"));
    assert_eq!(page.text("tr[data-name=salary] td:nth-child(2)").await, "");
    for disabled in ["#rotate", "#shred", "#add", "#find", "#edit"] {
        assert!(!page.on(disabled, async |element| element.is_enabled().await).await, "{disabled}");
    }
    page.expect_everything_inside("shredded").await;

    page.click("[data-company=initech]").await;
    page.expect("#employees", "Emmy Noether").await;
    page.click("[data-id=e-1]").await;
    page.expect("#record-title", "Emmy Noether").await;
    page.browser.clone().close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_older_format_says_what_it_has_not() {
    let page = Page::of_format("ddbec").await;
    page.expect("#company-note", "There are no tenants").await;
    assert!(!page.is_visible("#rotate").await && !page.is_visible("#shred").await);
    page.search("department", "Logic").await;
    page.expect("#employees-title", "Found by department").await;
    page.click("[data-id=e-3]").await;
    page.expect("[data-fact=format]", "DynamoDB Encryption Client").await;
    page.expect("#record-title", "George Boole").await;
    page.browser.clone().close().await.unwrap();
}
