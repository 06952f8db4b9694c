//! Create, read, list, update and delete.

use axum::Router;
use axum::extract::{FromRequest, FromRequestParts, State};
use axum::http::header::{ETAG, IF_MATCH, LOCATION};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use dynaseal::repository::query::Cursor;
use dynaseal::{Error, ErrorKind, Versioned};
use serde::Deserialize;

use crate::company;
use crate::dto::{Changes, EmployeeView, List, NewEmployee, check_department, check_email, check_id};
use crate::error::Problem;
use crate::record::{At, Record, Wanted};
use crate::{Directory, Employee};

/// The routes below `/companies/{company}/employees`.
pub(crate) fn routes<E: Record>() -> Router<Directory<E>> {
    Router::new()
        .route("/", get(list::<E>).post(create::<E>))
        .route("/{employee_id}", get(read::<E>).put(update::<E>).delete(delete::<E>))
}

async fn create<E: Record>(
    State(Directory { employees, .. }): State<Directory<E>>,
    Path(company): Path<String>,
    Json(new): Json<NewEmployee>,
) -> Result<Response, Problem> {
    check_id(&company)?;
    let employee = new.into_employee(company)?;
    employees.create(&E::from(employee.clone())).await?;
    let location = [(LOCATION, format!("/companies/{}/employees/{}", employee.company, employee.employee_id))];
    // The entity tag belongs to the stored employee. Without it, the client can read the employee again.
    let key = (employee.company.clone(), employee.employee_id.clone());
    Ok(match employees.fetch(key).consistent().await {
        Ok(Some(stored)) => (StatusCode::CREATED, location, show(stored)).into_response(),
        _ => (StatusCode::CREATED, location, axum::Json(EmployeeView::from(employee))).into_response(),
    })
}

/// Counts the view, which changes neither the signature nor the entity tag.
async fn read<E: Record>(
    State(Directory { employees, .. }): State<Directory<E>>,
    Key(key): Key,
) -> Result<impl IntoResponse, Problem> {
    let employee = employees.fetch(key.clone()).consistent().await?.ok_or(Problem::no_such_employee())?;
    if let Err(error) = employees.update_in_place(key, E::view()).await {
        tracing::warn!(%error, "a view was not counted");
    }
    Ok(show(employee))
}

async fn list<E: Record>(
    State(Directory { employees, key_store, .. }): State<Directory<E>>,
    Path(company): Path<String>,
    Query(search): Query<Search>,
) -> Result<impl IntoResponse, Problem> {
    check_id(&company)?;
    let is_first_page = search.cursor.is_none();
    let (wanted, at) = search.check::<E>()?;
    let is_search = !matches!(wanted, Wanted::All);
    // One damaged record does not hide the others.
    let page = E::page(&employees, company.clone(), wanted, at).each().await?;
    let mut list = List { employees: Vec::new(), unreadable: Vec::new(), next: page.cursor };
    for employee in page.items {
        match employee {
            Ok(employee) => list.employees.push(employee.into().into()),
            // A search does not report matches that can no longer be decrypted.
            Err(error) if is_search && error.kind() == ErrorKind::Materials => return Err(error.into()),
            Err(error) => list.unreadable.push(id_of_unreadable(error)?),
        }
    }
    // An empty list does not show whether the company exists. Only then the key store is read.
    if let (Some(key_store), true) = (key_store, is_first_page && list.is_empty())
        && let Some(problem) = company::problem(&key_store, &company).await?
    {
        return Err(problem);
    }
    Ok(axum::Json(list))
}

/// Writes only if the client has seen the state that it overwrites.
async fn update<E: Record>(
    State(Directory { employees, .. }): State<Directory<E>>,
    Key(key): Key,
    headers: HeaderMap,
    Json(changes): Json<Changes>,
) -> Result<impl IntoResponse, Problem> {
    let mut employee = employees.fetch(key).consistent().await?.ok_or(Problem::no_such_employee())?;
    check_entity_tag(&headers, &employee)?;
    *employee = changes.apply(E::clone(&employee).into())?.into();
    Ok(show(employees.save(employee).await?))
}

/// With `?damaged=true`, deletes an unreadable record, which has no entity tag and could not be deleted otherwise.
async fn delete<E: Record>(
    State(Directory { employees, .. }): State<Directory<E>>,
    Key(key): Key,
    Query(Deletion { damaged }): Query<Deletion>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    if damaged {
        return match employees.fetch(key.clone()).consistent().await {
            Ok(Some(_)) => Err(Problem::not_damaged()),
            Ok(None) => Err(Problem::no_such_employee()),
            Err(error) if is_damage(&error) => {
                tracing::warn!(target: "alarm", %error, "a damaged record is deleted");
                employees.delete(key).await?;
                Ok(StatusCode::NO_CONTENT)
            }
            Err(error) => Err(error.into()),
        };
    }
    let employee = employees.fetch(key).consistent().await?.ok_or(Problem::no_such_employee())?;
    check_entity_tag(&headers, &employee)?;
    employees.delete_unchanged(employee).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Deletion {
    #[serde(default)]
    damaged: bool,
}

/// The search, the position and the limit of a list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Search {
    department: Option<String>,
    email: Option<String>,
    cursor: Option<Cursor>,
    #[serde(default = "usual_page")]
    limit: usize,
}

impl Search {
    fn check<E: Record>(self) -> Result<(Wanted, At), Problem> {
        const LARGEST_PAGE: usize = 100;

        let Self { department, email, cursor, limit } = self;
        if !(1..=LARGEST_PAGE).contains(&limit) {
            return Err(Problem::invalid("a page has 1 to 100 employees"));
        }
        let wanted = match (department, email) {
            (None, None) => Wanted::All,
            (Some(department), None) => {
                check_department(&department)?;
                Wanted::OfDepartment(department)
            }
            (None, Some(_)) if !E::HAS_BEACONS => return Err(Problem::invalid("this format has no search by e-mail")),
            (None, Some(email)) => {
                check_email(&email)?;
                Wanted::WithEmail(email)
            }
            (Some(_), Some(_)) => return Err(Problem::invalid("search by department or by e-mail, not by both")),
        };
        Ok((wanted, At { cursor, limit }))
    }
}

fn usual_page() -> usize {
    20
}

/// Returns the unverified id of an unreadable record. An unreachable store is another error.
fn id_of_unreadable(error: Error) -> Result<String, Problem> {
    let id = error.item_key().and_then(|key| key.get("employee_id")?.as_s().ok()).cloned();
    match id.filter(|_| is_damage(&error)) {
        Some(id) => {
            tracing::error!(target: "alarm", %error, "an item failed verification");
            Ok(id)
        }
        None => Err(error.into()),
    }
}

/// Returns true for errors that an attacker who can write to the table can cause.
fn is_damage(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Integrity | ErrorKind::Schema | ErrorKind::Materials)
        && error.aws_code().is_none()
}

fn show<E: Record>(employee: Versioned<E>) -> impl IntoResponse {
    let etag = employee.revision().to_etag();
    let employee: Employee = employee.into_inner().into();
    ([(ETAG, etag)], axum::Json(EmployeeView::from(employee)))
}

/// `*` matches every existing employee (RFC 9110, section 13.1.1). A weak tag matches none.
fn check_entity_tag<E: Record>(headers: &HeaderMap, employee: &Versioned<E>) -> Result<(), Problem> {
    let wanted = headers.get(IF_MATCH).ok_or(Problem::no_entity_tag())?;
    let current = employee.revision().to_etag();
    let tags = wanted.to_str().unwrap_or_default().split(',').map(str::trim);
    if tags.into_iter().any(|tag| tag == current || tag == "*") { Ok(()) } else { Err(Problem::changed()) }
}

/// The extractors of axum, with error responses of this service.
#[derive(FromRequest)]
#[from_request(via(axum::Json), rejection(Problem))]
struct Json<T>(T);

#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Path), rejection(Problem))]
pub(crate) struct Path<T>(pub(crate) T);

/// The company and the id of an employee in a path, which can be a key.
pub(crate) struct Key(pub(crate) (String, String));

impl<S: Send + Sync> FromRequestParts<S> for Key {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path((company, employee_id)) = Path::<(String, String)>::from_request_parts(parts, state).await?;
        check_id(&company)?;
        check_id(&employee_id)?;
        Ok(Self((company, employee_id)))
    }
}

#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Query), rejection(Problem))]
struct Query<T>(T);
