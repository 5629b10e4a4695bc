namespace ControlPlane.EndToEnd.Tests;

/// <summary>A call as a broker's own client makes it.</summary>
internal sealed record BrokerCall(string Provider, string Method, string Path, string? Body = null, bool Form = false)
{
    /// <summary>A limit order to buy.</summary>
    public static BrokerCall Place(string broker, string clientId, int quantity = 1, int price = 90) => broker switch
    {
        "alpaca" => new(broker, "POST", "/v2/orders", $$"""{"symbol":"AAPL","qty":"{{quantity}}","side":"buy","type":"limit","limit_price":"{{price}}","time_in_force":"gtc","client_order_id":"{{clientId}}"}"""),
        "oanda" => new(broker, "POST", "/v3/accounts/101-001-1234567-001/orders", $$"""{"order":{"type":"LIMIT","instrument":"EUR_USD","units":"{{quantity}}","price":"{{price}}","timeInForce":"GTC","clientExtensions":{"id":"{{clientId}}"} } }"""),
        "tradier" => new(broker, "POST", "/v1/accounts/VA00000001/orders", $"class=equity&symbol=SPY&side=buy&quantity={quantity}&type=limit&price={price}&duration=gtc&tag={clientId}", Form: true),
        "tradovate" => new(broker, "POST", "/order/placeorder", $$"""{"accountSpec":"u","accountId":1,"action":"Buy","symbol":"ESZ6","orderQty":{{quantity}},"orderType":"Limit","price":{{price}},"isAutomated":true,"clOrdId":"{{clientId}}"}"""),
        "binance" => new(broker, "POST", $"/api/v3/order?symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity={quantity}&price={price}&newClientOrderId={clientId}"),
        "bybit" => new(broker, "POST", "/v5/order/create", $$"""{"category":"linear","symbol":"BTCUSDT","side":"Buy","orderType":"Limit","qty":"{{quantity}}","price":"{{price}}","orderLinkId":"{{clientId}}"}"""),
        "okx" => new(broker, "POST", "/api/v5/trade/order", $$"""{"instId":"BTC-USDT","tdMode":"cash","side":"buy","ordType":"limit","sz":"{{quantity}}","px":"{{price}}","clOrdId":"{{clientId}}"}"""),
        "kraken" => new(broker, "POST", "/0/private/AddOrder", $"nonce=1&ordertype=limit&type=buy&volume={quantity}&pair=XBTUSD&price={price}&cl_ord_id={clientId}", Form: true),
        _ => throw new ArgumentException(broker),
    };

    /// <param name="id">The broker's id.</param>
    public static BrokerCall Cancel(string broker, string id) => broker switch
    {
        "alpaca" => new(broker, "DELETE", $"/v2/orders/{id}"),
        "oanda" => new(broker, "PUT", $"/v3/accounts/101-001-1234567-001/orders/{id}/cancel"),
        "tradier" => new(broker, "DELETE", $"/v1/accounts/VA00000001/orders/{id}"),
        "tradovate" => new(broker, "POST", "/order/cancelorder", $$"""{"orderId":{{id}}}"""),
        "binance" => new(broker, "DELETE", $"/api/v3/order?symbol=BTCUSDT&orderId={id}"),
        "bybit" => new(broker, "POST", "/v5/order/cancel", $$"""{"category":"linear","symbol":"BTCUSDT","orderId":"{{id}}"}"""),
        "okx" => new(broker, "POST", "/api/v5/trade/cancel-order", $$"""{"instId":"BTC-USDT","ordId":"{{id}}"}"""),
        "kraken" => new(broker, "POST", "/0/private/CancelOrder", $"nonce=1&txid={id}", Form: true),
        _ => throw new ArgumentException(broker),
    };
}
