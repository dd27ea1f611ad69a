//! An answer as it is made: server-sent events, each a line of JSON with `type` and `data`.
//!
//! `complete` carries the reply that `/api/chatbot` would have given, and it alone counts: pieces shown before it are
//! taken back when they are not the beginning of its message.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, MessageBody};
use actix_web::http::header;
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse, web};
use serde::Serialize;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::State;
use super::body::RawJson;
use super::chat::{ask, json};
use super::error::Problem;
use super::guard::{Caller, RequestId};
use super::idempotency::Answer;
use crate::chat::progress::{Audience, Progress, pieces};

/// Events that wait for a slow client.
const WAITING: usize = 64;

/// `POST /api/v1/chat/stream`
pub async fn stream(
    state: web::Data<State>,
    caller: Caller,
    req: HttpRequest,
    body: RawJson,
) -> Result<HttpResponse, Problem> {
    let ask = ask(caller.0, &req, "message", &body.0)?;
    let key = ask.idempotency.clone();
    let engine = state.engine.clone();
    let (audience, mut steps) = Audience::watching();
    let work = Box::pin(async move { json(&engine.turn_before(ask, &audience).await?) });
    let mut running = Box::pin(async move { state.idempotency.run(key, work).await });

    // What fails before anything was told is answered like any other request.
    let (mut first, mut done) = (None, None);
    tokio::select! {
        biased;
        step = steps.recv() => first = step,
        answer = &mut running => done = Some(answer?),
    }
    let (events, waiting) = mpsc::channel(WAITING);
    let id = req.extensions().get::<RequestId>().map_or_else(String::new, |id| id.0.clone());
    actix_web::rt::spawn(async move {
        let mut shown = String::new();
        while done.is_none() {
            if let Some(step) = first.take()
                && events.send(event_of(step, &mut shown)).await.is_err()
            {
                return;
            }
            tokio::select! {
                biased;
                Some(step) = steps.recv() => first = Some(step),
                answer = &mut running => {
                    let told = ending(answer, &shown, &id);
                    return send_all(&events, told).await;
                }
                // Whoever asked has gone: the turn is stored, and the model is hung up on.
                () = events.closed() => return,
            }
        }
        if let Some(answer) = done {
            send_all(&events, ending(Ok(answer), &shown, &id)).await;
        }
    });
    Ok(respond(Events(waiting)))
}

async fn send_all(to: &mpsc::Sender<web::Bytes>, events: Vec<web::Bytes>) {
    for event in events {
        if to.send(event).await.is_err() {
            return;
        }
    }
}

fn respond(events: Events) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/event-stream; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        // nginx would hold events back otherwise.
        .insert_header(("X-Accel-Buffering", "no"))
        .body(events)
}

fn event_of(step: Progress, shown: &mut String) -> web::Bytes {
    match step {
        Progress::Stage(stage) => event("status", &json!({ "stage": stage })),
        Progress::Intent(purpose) => {
            event("intent", &json!({ "intent": purpose.name(), "confidence": purpose.confidence }))
        }
        Progress::Retrieval(chunks, headings) => {
            event("retrieval", &json!({ "chunks_retrieved": chunks, "headings": headings }))
        }
        Progress::Text(text) => {
            shown.push_str(&text);
            event("chunk", &json!({ "text": text }))
        }
    }
}

/// What is left of the text, and the reply; or why there is none.
fn ending(done: Result<Answer, Problem>, shown: &str, id: &str) -> Vec<web::Bytes> {
    let reply: Result<Value, Problem> = done
        .and_then(|answer| serde_json::from_slice(answer.json()).map_err(|fault| Problem::internal(&fault)));
    match reply {
        Ok(reply) => {
            let rest =
                reply["message"].as_str().and_then(|text| text.strip_prefix(shown)).unwrap_or_default();
            let rest = pieces(rest).take(WAITING - 1).map(|text| event("chunk", &json!({ "text": text })));
            rest.chain([event("complete", &reply)]).collect()
        }
        Err(problem) => vec![event("error", &problem.document(Some(id)))],
    }
}

fn event(kind: &str, data: &impl Serialize) -> web::Bytes {
    format!("data: {}\n\n", json!({ "type": kind, "data": data })).into()
}

/// A body that is sent as events come.
struct Events(mpsc::Receiver<web::Bytes>);

impl MessageBody for Events {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<web::Bytes, Infallible>>> {
        self.0.poll_recv(cx).map(|event| event.map(Ok))
    }
}
