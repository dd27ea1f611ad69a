//! Answers that the operator wrote through the API.

use rusqlite::params;

use super::codec::{known, micros, now};
use super::error::StoreError;
use super::open::Store;
use crate::domain::curated::{CuratedAnswer, MAX_ANSWERS};

impl Store {
    /// All of them with their numbers, oldest first.
    pub async fn curated_answers(&self) -> Result<Vec<(i64, CuratedAnswer)>, StoreError> {
        self.read(|conn| {
            let mut select =
                conn.prepare_cached("SELECT id, questions, answer, until FROM curated_answers ORDER BY id")?;
            let rows = select.query_map([], |row| {
                let questions: String = row.get(1)?;
                let until: Option<String> = row.get(3)?;
                let answer = CuratedAnswer {
                    questions: known(serde_json::from_str(&questions).ok(), "questions")?,
                    // Only the file can name a class: the API does not know which there are.
                    intent: None,
                    answer: row.get(2)?,
                    until: until.map(|day| known(day.parse().ok(), "until")).transpose()?,
                };
                Ok((row.get(0)?, answer))
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// Keeps one and gives its number.
    pub async fn add_curated_answer(&self, answer: CuratedAnswer, by: String) -> Result<i64, StoreError> {
        self.write(move |conn| {
            let sql = "SELECT count(*) FROM curated_answers";
            let kept: u32 = conn.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
            if kept as usize >= MAX_ANSWERS {
                return Err(StoreError::Refused(format!(
                    "there are {MAX_ANSWERS} answers already: delete one"
                )));
            }
            let questions = serde_json::to_string(&answer.questions)
                .map_err(|fault| StoreError::Internal(fault.to_string()))?;
            conn.prepare_cached(
                "INSERT INTO curated_answers (questions, answer, until, written_by, written_at)
                 VALUES (?, ?, ?, ?, ?)",
            )?
            .execute(params![
                questions,
                answer.answer,
                answer.until.map(|day| day.to_string()),
                by,
                micros(now())
            ])?;
            Ok(conn.last_insert_rowid())
        })
        .await
    }

    /// Deletes one.
    pub async fn delete_curated_answer(&self, id: i64) -> Result<(), StoreError> {
        self.write(move |conn| {
            let deleted = conn.prepare_cached("DELETE FROM curated_answers WHERE id = ?")?.execute([id])?;
            if deleted == 0 { Err(StoreError::NotFound) } else { Ok(()) }
        })
        .await
    }
}
