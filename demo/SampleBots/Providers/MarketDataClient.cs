using ControlPlane.SampleBots.Strategies;

namespace ControlPlane.SampleBots.Providers;

/// <summary>Quotes and bars of Polygon.</summary>
internal sealed class MarketDataClient(GatewayClient client, TimeProvider time)
{
    public const string Provider = "polygon";

    /// <summary>The quote now, the one-second bars before it, and the quote's age.</summary>
    public async Task<(MarketView View, TimeSpan QuoteAge)> ReadAsync(string symbol, int bars, CancellationToken cancel)
    {
        var quote = await client.SendAsync(HttpMethod.Get, $"v2/last/nbbo/{symbol}", null, cancel);
        var (bid, ask, nanoseconds) = client.Read(quote, static q =>
        {
            var results = q.GetProperty("results");
            return (results.GetProperty("p").GetDecimal(), results.GetProperty("P").GetDecimal(), results.GetProperty("t").GetInt64());
        });

        // A few more than needed: the latest second is not whole yet.
        var now = time.GetUtcNow();
        var (from, to) = (now.AddSeconds(-bars - 3).ToUnixTimeMilliseconds(), now.ToUnixTimeMilliseconds());
        var range = await client.SendAsync(HttpMethod.Get, $"v2/aggs/ticker/{symbol}/range/1/second/{from}/{to}?sort=asc&limit=500", null, cancel);
        var closes = client.Read(range, static r => r.GetProperty("results").EnumerateArray().Select(static bar => bar.GetProperty("c").GetDecimal()).ToList());
        return (new MarketView(symbol, [.. closes.TakeLast(bars)], bid, ask), now - DateTimeOffset.UnixEpoch.AddTicks(nanoseconds / 100));
    }
}
