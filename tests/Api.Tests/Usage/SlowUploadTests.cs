using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Text;
using ControlPlane.Abstractions;
using ControlPlane.Api.Http;
using ControlPlane.Api.Tests.Host;
using ControlPlane.Api.Usage;

namespace ControlPlane.Api.Tests.Usage;

/// <summary>Uploads that hardly come: what they keep others from.</summary>
public sealed class SlowUploadTests
{
    private static readonly BotView s_bot = new() { BotId = "b1", Spec = new BotSpec("b", null, [], TradingMode.Paper, ImmutableSortedDictionary<string, decimal>.Empty) };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Seen before: seven of them, each declaring 10 MiB and sending next to nothing, had 29 of 29 other calls answered 429.</summary>
    [Fact]
    public async Task Uploads_ThatDeclareMuchAndSendLittle_KeepNobodyOut_AndEnd()
    {
        await using var api = await TestApi.StartAsync();
        api.Cluster.Bots["b1"] = s_bot;
        var slow = new List<TcpClient>();
        try
        {
            for (var i = 0; i < 20; i++) slow.Add(await BeginAsync(api, i % 2 == 0 ? "/api/usage-events" : "/api/bots/b1/trades", IngestBudget.MaxBodyBytes, "{\"events\":["u8.ToArray()));
            for (var i = 0; i < 30; i++)
            {
                using var answer = await api.PostAsync("/api/usage-events", new { provider = "polygon", operation = "GET /x", status = "ok" }, TestApi.Runner);
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            }

            api.Time.Advance(BodyDeadline.Length);
            foreach (var client in slow) Assert.StartsWith("HTTP/1.1 408", await FirstLineAsync(client), StringComparison.Ordinal);
        }
        finally
        {
            foreach (var client in slow) client.Dispose();
        }
    }

    [Fact]
    public async Task Upload_OfAnyOtherCall_EndsWhenItsTimeIsOver()
    {
        await using var api = await TestApi.StartAsync();
        using var client = await BeginAsync(api, "/api/bots/b1/orders/check", 1000, "{"u8.ToArray());
        await Task.Delay(200, Cancel);
        api.Time.Advance(BodyDeadline.Length);
        Assert.StartsWith("HTTP/1.1 408", await FirstLineAsync(client), StringComparison.Ordinal);
    }

    [Fact]
    public void Budget_IsSharedOut_SoThatOneCallerLeavesRoomForOthers()
    {
        var budget = new IngestBudget();
        using var greedy = budget.Open("greedy");
        Assert.True(greedy.TryTake(IngestBudget.MaxBytesOfOne));
        Assert.False(greedy.TryTake(1));
        using var again = budget.Open("greedy");
        Assert.False(again.TryTake(1));
        using var other = budget.Open("other");
        Assert.True(other.TryTake(IngestBudget.MaxBodyBytes));
        greedy.Dispose();
        Assert.True(again.TryTake(IngestBudget.MaxBytesOfOne));
    }

    [Fact]
    public void Budget_AsAWhole_HoldsWhoeverAsks()
    {
        var budget = new IngestBudget();
        var rooms = Enumerable.Range(0, 4).Select(i => budget.Open($"caller-{i}")).ToArray();
        Assert.Equal([true, true, true, true], rooms.Select(room => room.TryTake(IngestBudget.MaxBytes / 4)));
        using var late = budget.Open("late");
        Assert.False(late.TryTake(1));
        foreach (var room in rooms) room.Dispose();
        Assert.True(late.TryTake(1));
    }

    [Theory]
    [InlineData("/api/usage-events", "{\"\\ud800\":1,\"provider\":\"polygon\",\"operation\":\"GET /x\",\"status\":\"ok\"}")]
    [InlineData("/api/bots/b1/decisions", "{\"\\ud800\":1,\"symbol\":\"ES\",\"action\":\"buy\"}")]
    [InlineData("/api/bots/b1/trades", "{\"\\udc00x\":1}")]
    [InlineData("/api/bots/b1/orders/check", "{\"\\ud800\":1}")]
    [InlineData("/api/system/release", "{\"\\ud800\":1,\"reason\":\"x\"}")]
    [InlineData("/api/session", "{\"\\ud800\":1,\"token\":\"x\"}")]
    [InlineData("/api/bots/b1/runner/start", "{\"\\ud800\":1,\"runner_id\":\"r\"}")]
    [InlineData("/api/integrations/polygon/secrets/check", "{\"values\":{\"\\ud800\":\"x\"}}")]
    public async Task Body_LoneSurrogateInAName_IsOurCallersFault(string path, string body)
    {
        await using var api = await TestApi.StartAsync();
        api.Cluster.Bots["b1"] = s_bot;
        using var answer = await api.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"));
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.StatusCode == HttpStatusCode.BadRequest || text.Contains("\"rejected\":[{", StringComparison.Ordinal), $"{answer.StatusCode}: {text}");
        Assert.DoesNotContain("ud800", text, StringComparison.OrdinalIgnoreCase);
    }

    private static async Task<TcpClient> BeginAsync(TestApi api, string path, int length, byte[] part)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, api.Client.BaseAddress!.Port, Cancel);
        var head = $"POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TestApi.Operator}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n";
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head), Cancel);
        await client.GetStream().WriteAsync(part, Cancel);
        return client;
    }

    private static async Task<string> FirstLineAsync(TcpClient client)
    {
        using var reader = new StreamReader(client.GetStream(), Encoding.ASCII, leaveOpen: true);
        return await reader.ReadLineAsync(Cancel) ?? "";
    }
}
