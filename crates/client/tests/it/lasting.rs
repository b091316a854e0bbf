//! A server that can be stopped and started again, and a wire to it that can be cut.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use peyk_engine::{Clock, Database, Dice};
use peyk_server::{Running, Settings, Setup, start};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinHandle};

use crate::database::{database, folder};
use crate::harness::{START, world};

/// A server whose data and port outlive it.
pub struct Lasting {
    pub address: SocketAddr,
    database: Database,
    folder: tempfile::TempDir,
    running: Option<Running>,
}

impl Lasting {
    /// Starts a server with the World of the tests.
    pub async fn start() -> Self {
        let folder = folder();
        let database = database(folder.path());
        let address = "127.0.0.1:0".parse().unwrap();
        let mut lasting = Self { address, database, folder, running: None };
        lasting.run(Some(world())).await;
        lasting
    }

    async fn run(&mut self, world: Option<peyk_engine::world::World>) {
        let setup = Setup {
            listen: self.address,
            tls: None,
            database: self.database.clone(),
            objects: self.folder.path().join("media").to_str().unwrap().to_owned(),
            secret: b"test secret".to_vec(),
            clock: Clock::standing_at(START),
            dice: Dice::seeded(1),
            world,
            settings: Settings::default(),
        };
        let running = start(setup).await.unwrap();
        self.address = running.url().trim_start_matches("http://").parse().unwrap();
        self.running = Some(running);
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Stops the server and starts it again where it was.
    pub async fn restart(&mut self) {
        self.stop().await;
        self.run(None).await;
    }

    pub async fn stop(&mut self) {
        self.running.take().unwrap().stop().await.unwrap();
    }

    /// Asks the control API for something without a body.
    pub async fn control(&self, method: &str, path: &str) {
        let url = format!("{}/control/v1{path}", self.url());
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let answer = http.request(method.parse().unwrap(), url).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 200, "{path}");
    }

    /// A person of the World writes.
    pub async fn says(&self, person: &str, chat: &str, text: &str) {
        let url =
            format!("{}/control/v1/people/{person}/conversations/{chat}/messages", self.url());
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let request = http.post(url).header("content-type", "application/json");
        let body = serde_json::json!({ "text": text }).to_string();
        let answer = request.body(body).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 200);
    }
}

/// A wire to a server.
pub struct Wire {
    pub url: String,
    open: Arc<Mutex<Vec<AbortHandle>>>,
    task: JoinHandle<()>,
}

impl Wire {
    /// A wire to what listens at this address.
    pub async fn to(address: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let open = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&open);
        let task = tokio::spawn(async move {
            while let Ok((mut near, _)) = listener.accept().await {
                let carrying = tokio::spawn(async move {
                    if let Ok(mut far) = TcpStream::connect(address).await {
                        drop(tokio::io::copy_bidirectional(&mut near, &mut far).await);
                    }
                });
                kept.lock().unwrap().push(carrying.abort_handle());
            }
        });
        Self { url, open, task }
    }

    /// Breaks all connections there are.
    pub fn cut(&self) -> usize {
        let open = std::mem::take(&mut *self.open.lock().unwrap());
        open.iter().filter(|carrying| !carrying.is_finished()).map(AbortHandle::abort).count()
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.cut();
        self.task.abort();
    }
}
