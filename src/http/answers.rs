//! The operator's own answers.

use actix_web::{HttpResponse, web};
use serde::Serialize;

use super::State;
use super::body::{Fields, RawJson};
use super::error::Problem;
use super::guard::Caller;
use crate::domain::curated::{CuratedAnswer, MAX_ANSWER, MAX_QUESTIONS};

#[derive(Serialize)]
struct AnswerBody {
    id: i64,
    questions: Vec<String>,
    answer: String,
    until: Option<String>,
}

impl AnswerBody {
    fn new(id: i64, answer: CuratedAnswer) -> Self {
        let until = answer.until.map(|day| day.to_string());
        Self { id, questions: answer.questions, answer: answer.answer, until }
    }
}

#[derive(Serialize)]
struct Answers {
    answers: Vec<AnswerBody>,
}

/// `GET /api/answers`
pub async fn list(state: web::Data<State>, caller: Caller) -> Result<HttpResponse, Problem> {
    caller.staff()?;
    let answers = state.store.curated_answers().await?;
    let answers = answers.into_iter().map(|(id, answer)| AnswerBody::new(id, answer)).collect();
    Ok(HttpResponse::Ok().json(Answers { answers }))
}

/// `POST /api/answers`
pub async fn add(state: web::Data<State>, caller: Caller, raw: RawJson) -> Result<HttpResponse, Problem> {
    let principal = caller.staff()?;
    let mut fields = Fields::of_body(&raw.0)?;
    let questions = fields.texts("questions", MAX_QUESTIONS);
    let answer = fields.text("answer", MAX_ANSWER);
    let until = fields.parsed("until", |day| day.parse().map_err(|_| "until must be a day (YYYY-MM-DD)"));
    fields.finish()?;
    let checked =
        CuratedAnswer::new(questions, None, &answer.unwrap_or_default(), until).map_err(Problem::invalid)?;
    let id = state.store.add_curated_answer(checked.clone(), principal.scope()).await?;
    state.engine.reload_curated().await?;
    Ok(HttpResponse::Created().json(AnswerBody::new(id, checked)))
}

/// `DELETE /api/answers/{id}`
pub async fn delete(
    state: web::Data<State>,
    caller: Caller,
    id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    caller.staff()?;
    let id = id.parse().map_err(|_| Problem::not_found("answer"))?;
    state.store.delete_curated_answer(id).await?;
    state.engine.reload_curated().await?;
    Ok(HttpResponse::NoContent().finish())
}
