using System.Text.Json;
using ControlPlane.ProviderSimulator.Live;
using ControlPlane.ProviderSimulator.Market;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.ProviderSimulator.Tests.Market;

public sealed class MarketDataTests
{
    [Fact]
    public async Task Prices_OfTheSameSeed_AreTheSameAndOfAnotherAreNot()
    {
        await using var one = await MarketHost.StartAsync();
        await using var same = await MarketHost.StartAsync();
        await using var other = await MarketHost.StartAsync(new MarketOptions { Seed = 8 });
        foreach (var host in new[] { one, same, other })
            host.Time.Advance(TimeSpan.FromSeconds(100));

        Assert.Equal(await one.QuoteAsync("SIMA"), await same.QuoteAsync("SIMA"));
        Assert.NotEqual((await one.QuoteAsync("SIMA")).Bid, (await other.QuoteAsync("SIMA")).Bid);
    }

    [Fact]
    public async Task Quote_AfterASecond_HasMovedWithTheClock()
    {
        await using var host = await MarketHost.StartAsync();
        var before = await host.QuoteAsync("SIMB");
        host.Time.Advance(TimeSpan.FromSeconds(1));
        var after = await host.QuoteAsync("SIMB");

        Assert.Equal(1_000_000_000, after.Nanoseconds - before.Nanoseconds);
        Assert.NotEqual(before.Bid, after.Bid);
        Assert.True(after.Bid < after.Ask);
    }

    [Fact]
    public async Task Bars_OfTheLastMinute_JoinAndEndBeforeNow()
    {
        await using var host = await MarketHost.StartAsync();
        var to = host.Time.GetUtcNow().ToUnixTimeMilliseconds();
        var (status, body) = await host.GetAsync($"/polygon/v2/aggs/ticker/SIMA/range/1/second/{to - 60_000}/{to}?sort=asc&limit=500");

        Assert.Equal(200, status);
        var bars = body.GetProperty("results").EnumerateArray().ToList();
        Assert.InRange(bars.Count, 58, 61);
        Assert.Equal(bars.Count, body.GetProperty("resultsCount").GetInt32());
        Assert.All(bars, static bar => Assert.True(Number(bar, "l") <= Number(bar, "o") && Number(bar, "c") <= Number(bar, "h")));
        Assert.All(bars.Zip(bars.Skip(1)), static pair => Assert.Equal(1000, pair.Second.GetProperty("t").GetInt64() - pair.First.GetProperty("t").GetInt64()));
        Assert.True(bars[^1].GetProperty("t").GetInt64() + 1000 <= to + 250);
    }

    [Theory]
    [InlineData("/polygon/v2/last/nbbo/NONE", 404)]
    [InlineData("/polygon/v2/last/trade/NONE", 404)]
    [InlineData("/polygon/v2/aggs/ticker/SIMA/range/1/fortnight/0/1", 400)]
    [InlineData("/polygon/v2/aggs/ticker/SIMA/range/x/second/0/1", 400)]
    [InlineData("/polygon/v2/aggs/ticker/SIMA/range/1/second/0/999999999999999999", 400)]
    public async Task Request_ThatMakesNoSense_IsRefused(string path, int expected)
    {
        await using var host = await MarketHost.StartAsync();
        Assert.Equal(expected, (await host.GetAsync(path)).Status);
    }

    [Fact]
    public async Task Frozen_Feed_GrowsOldAndThaws()
    {
        await using var host = await MarketHost.StartAsync();
        var before = await host.QuoteAsync("SIMA");
        Assert.Equal(204, (await host.SendAsync(HttpMethod.Put, "/_control/market", new { frozen = true })).Status);
        host.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(before, await host.QuoteAsync("SIMA"));

        host.Host.SetMarket(new MarketOrder { Frozen = false });
        Assert.Equal(30_000_000_000, (await host.QuoteAsync("SIMA")).Nanoseconds - before.Nanoseconds);
    }

    [Fact]
    public async Task Closed_Market_SaysSoEverywhereAndTakesNoOrders()
    {
        await using var host = await MarketHost.StartAsync();
        host.Host.SetMarket(new MarketOrder { Open = false });

        Assert.Equal("closed", (await host.GetAsync("/polygon/v1/marketstatus/now")).Body.GetProperty("market").GetString());
        Assert.False((await host.GetAsync("/alpaca/v2/clock")).Body.GetProperty("is_open").GetBoolean());
        Assert.Equal(403, (await host.OrderAsync("buy", 1)).Status);
        Assert.False((await host.GetAsync("/_control/market")).Body.GetProperty("open").GetBoolean());
    }

    [Fact]
    public async Task Market_NotAsked_IsNotThere()
    {
        await using var host = await SimulatorHost.StartAsync(cancel: TestContext.Current.CancellationToken);
        Assert.Throws<InvalidOperationException>(() => host.SetMarket(new MarketOrder { Open = false }));
    }

    [Fact]
    public async Task BrokenProvider_IsBrokenWithItsMarketToo()
    {
        await using var host = await MarketHost.StartAsync();
        host.Host.SetFault("polygon", SimulatedFault.Http503);
        Assert.Equal(503, (await host.GetAsync("/polygon/v2/last/nbbo/SIMA")).Status);

        host.Host.SetFault("polygon", SimulatedFault.None);
        Assert.Equal(200, (await host.GetAsync("/polygon/v2/last/nbbo/SIMA")).Status);

        host.Host.SetKey("polygon", "POLYGON_API_KEY", "market-polygon-key", "revoked");
        Assert.Equal(401, (await host.GetAsync("/polygon/v2/last/nbbo/SIMA")).Status);
    }

    [Fact]
    public void Advice_IsRightAsOftenAsItSays()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 24, 15, 0, 0, TimeSpan.Zero));
        var market = new SimulatedMarket(new MarketOptions { Seed = 7 }, time);
        var advisor = new OpenAiAnswers(market, time);
        var views = Enumerable.Range(0, 4000).Select(_ =>
        {
            time.Advance(TimeSpan.FromSeconds(5));
            var truth = market.Latest("SIMC").Regime switch { Regime.TrendUp => "up", Regime.TrendDown => "down", _ => "flat" };
            var (verdict, confidence) = advisor.View("SIMC");
            return (Right: verdict == truth, confidence);
        });

        foreach (var group in views.GroupBy(static v => v.confidence))
            Assert.InRange(group.Average(static v => v.Right ? 1.0 : 0), group.Key - 0.06, group.Key + 0.06);
    }

    [Fact]
    public async Task Advice_IsAnsweredInTheFormOfAChat()
    {
        await using var host = await MarketHost.StartAsync();
        var messages = new[] { new { role = "user", content = "What of SIMC?" } };
        var (status, body) = await host.SendAsync(HttpMethod.Post, "/openai/chat/completions", new { model = "gpt-4o-mini", messages });

        Assert.Equal(200, status);
        var content = JsonElement.Parse(body.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!);
        Assert.Contains(content.GetProperty("verdict").GetString(), new[] { "up", "down", "flat" });
        Assert.InRange(content.GetProperty("confidence").GetDouble(), 0.5, 1);
    }

    private static decimal Number(JsonElement bar, string name) => bar.GetProperty(name).GetDecimal();
}
