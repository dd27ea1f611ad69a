//! What keeps a call from being made, or ends it: breaker, slots, budget, deadline.

use super::server::{FakeServer, Step, refuses, reply, says};
use super::*;

#[tokio::test]
async fn a_failing_server_is_left_alone_and_tried_once() {
    let down = reply("500 Oh", "", "");
    let server = FakeServer::start(vec![down.clone(), down.clone(), down.clone(), down, says("Back.")]).await;
    let mut config = config(&server);
    config.breaker.failures = 3;
    let open_for = config.breaker.open_for;
    let client = ChatClient::new(config).unwrap();

    let failed = LlmError::Unavailable { why: Failure::Server(500), retry_after: None };
    assert_eq!(client.complete(&hello(), &terms()).await, Err(failed.clone()));
    let left_alone = |result| matches!(result, Err(LlmError::Unavailable { why: Failure::LeftAlone, .. }));
    assert!(left_alone(client.complete(&hello(), &terms()).await));
    assert_eq!(server.requests(), 3, "open: nothing is sent");
    assert!(matches!(client.status(), Status::Unavailable { ref why, .. } if *why == failed));

    tokio::time::sleep(open_for).await;
    assert_eq!(client.complete(&hello(), &terms()).await, Err(failed));
    assert_eq!(server.requests(), 4, "one probe, and no second try of it");
    assert!(left_alone(client.complete(&hello(), &terms()).await));

    tokio::time::sleep(open_for).await;
    assert_eq!(client.complete(&hello(), &terms()).await.unwrap().text, "Back.");
    assert_eq!(client.complete(&hello(), &terms()).await.unwrap().text, "Back.");
    assert!(matches!(client.status(), Status::Connected { .. }));
}

#[tokio::test]
async fn a_server_that_hangs_opens_the_breaker_too() {
    let server = FakeServer::start(vec![vec![Step::Hang]]).await;
    let mut config = config(&server);
    config.breaker.failures = 2;
    config.breaker.open_for = Duration::from_mins(1);
    let client = ChatClient::new(config).unwrap();
    for _ in 0..2 {
        let result = client.complete(&hello(), &within(Duration::from_millis(150))).await;
        assert_eq!(result, Err(LlmError::TooSlow(Stage::Whole)));
    }
    assert!(matches!(client.complete(&hello(), &terms()).await, Err(LlmError::Unavailable { .. })));
    assert_eq!(server.requests(), 2);
}

#[tokio::test]
async fn neither_odd_requests_nor_short_deadlines_open_it() {
    let odd = refuses("400 Bad Request", &serde_json::json!({"message": "what?"}));
    let server = FakeServer::start(vec![odd.clone(), odd.clone(), odd, says("Fine.")]).await;
    let mut config = config(&server);
    config.breaker.failures = 1;
    let client = ChatClient::new(config).unwrap();
    for _ in 0..3 {
        let result = client.complete(&hello(), &terms()).await;
        assert!(matches!(result, Err(LlmError::Rejected { why: Rejection::BadRequest, .. })));
    }
    assert_eq!(
        client.complete(&hello(), &within(Duration::ZERO)).await,
        Err(LlmError::TooSlow(Stage::Whole))
    );
    assert_eq!(client.complete(&hello(), &terms()).await.unwrap().text, "Fine.");
}

#[tokio::test]
async fn so_many_at_once() {
    let server = FakeServer::start(vec![vec![Step::Hang], says("Now.")]).await;
    let client = ChatClient::new(LlmConfig { max_concurrent: 1, ..config(&server) }).unwrap();
    let first = tokio::spawn({
        let client = client.clone();
        async move { client.complete(&hello(), &terms()).await }
    });
    while server.requests() == 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert_eq!(client.complete(&hello(), &terms()).await, Err(LlmError::Busy));
    assert_eq!(server.requests(), 1);
    first.abort();
    server.hung_up().await;
    assert_eq!(client.complete(&hello(), &terms()).await.unwrap().text, "Now.", "the slot is given back");
}

#[tokio::test]
async fn a_spent_budget_sends_nothing() {
    let server = FakeServer::start(vec![says("Good day.")]).await;
    let budget = Budget { daily_tokens: 30, monthly_cost: 8, ..Budget::default() };
    let prices = Prices { prompt: 100_000, completion: 200_000 };
    let client = ChatClient::new(LlmConfig { prices, budget, ..config(&server) }).unwrap();
    for _ in 0..2 {
        client.complete(&hello(), &terms()).await.unwrap();
    }
    assert_eq!(client.complete(&hello(), &terms()).await, Err(LlmError::BudgetSpent(Period::Day)));
    let tomorrow = Terms { today: TODAY.tomorrow().unwrap(), ..terms() };
    client.complete(&hello(), &tomorrow).await.unwrap();
    client.complete(&hello(), &tomorrow).await.unwrap();
    assert_eq!(client.complete(&hello(), &tomorrow).await, Err(LlmError::BudgetSpent(Period::Month)));
    assert_eq!(server.requests(), 4);
    let spent = client.spent(tomorrow.today);
    assert_eq!((spent.tokens_today, spent.tokens_month, spent.cost_month), (30, 60, 8));

    let restarted = ChatClient::new(LlmConfig { prices, budget, ..config(&server) }).unwrap();
    restarted.restore(spent, tomorrow.today);
    assert_eq!(restarted.complete(&hello(), &tomorrow).await, Err(LlmError::BudgetSpent(Period::Month)));
}

#[tokio::test]
async fn the_deadline_ends_everything() {
    let trickle = [Step::Send(b" ".to_vec()), Step::Pause(Duration::from_millis(20))];
    let head = Step::Send(b"HTTP/1.1 200 OK\r\ncontent-length: 90000\r\n\r\n".to_vec());
    let trickling = [head].into_iter().chain(trickle.into_iter().cycle().take(2000)).collect();
    let scripts: Vec<Vec<Step>> = vec![vec![Step::Hang], trickling];
    for script in scripts {
        let server = FakeServer::start(vec![script]).await;
        let client = client(&server);
        let began = Instant::now();
        let result = client.complete(&hello(), &within(Duration::from_millis(300))).await;
        assert_eq!(result, Err(LlmError::TooSlow(Stage::Whole)));
        assert!(began.elapsed() < Duration::from_secs(3));
        assert_eq!(server.requests(), 1);
    }
}

#[tokio::test]
async fn a_server_that_does_not_encrypt_is_given_up_and_told_nothing() {
    let server = FakeServer::start(vec![says("Good day.")]).await;
    let mut config = config(&server);
    config.time.connect = Duration::from_millis(100);
    let plain = config.base_url.to_string();
    config.base_url = BaseUrl::parse(&plain.replace("http:", "https:")).unwrap();
    let client = ChatClient::new(config).unwrap();
    assert_eq!(client.complete(&hello(), &terms()).await, Err(LlmError::TooSlow(Stage::Connect)));
    assert_eq!((server.requests(), client.spent(TODAY).tokens_today), (0, 0));
}
