#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let variable = |name: &str| std::env::var(name).expect(name);
    let response = reqwest::Client::new()
        .request(reqwest::Method::from_bytes(b"POST")?, "http://127.0.0.1:9/v1/open-platform/chat/bot/conversations/0a4e0d5c-aaaa-4bbb-8ccc-ddddeeeeffff/messages")
        .header("x-api-key", [variable("PEYK_API_KEY")].concat())
        .header("content-type", "application/json")
        .body("{\"text_message\":\"it's \\\"quoted\\\" $HOME `id` \\\\ \\\\n %s !! {a,b} [1-3]\\n\\ttab\\r سلام\u{200c}ها 🚲 <&>;'\\\\'' \u{7f}\"}")
        .send()
        .await?;
    println!("{}", response.status());
    println!("{}", response.text().await?);
    Ok(())
}
