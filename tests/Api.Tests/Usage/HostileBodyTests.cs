using System.Net;
using System.Text;
using ControlPlane.Api.Tests.Host;

namespace ControlPlane.Api.Tests.Usage;

/// <summary>Bodies made to hurt: each is refused with a 4xx, and what it may cost in memory is bounded.</summary>
[Collection(AloneInTheProcess.Name)]
public sealed class HostileBodyTests
{
    private const string Good = "{\"provider\":\"polygon\",\"operation\":\"GET /v3/quotes\",\"status\":\"ok\"}";

    public static TheoryData<string, string> Bodies => new()
    {
        { "depth 10,000", new string('[', 10_000) },
        { "depth 10,000 in an unknown field", "{\"x\":" + string.Concat(Enumerable.Repeat("{\"a\":", 10_000)) + "1" + new string('}', 10_000) + "}" },
        { "NaN", "{\"events\":[{\"latency_ms\":NaN}]}" },
        { "Infinity", "{\"latency_ms\":-Infinity}" },
        { "two lists", $"{{\"events\":[{Good}],\"events\":[{Good}]}}" },
        { "cut off", "{\"events\":[{\"provider\":\"poly" },
        { "no UTF-8", "{\"events\":[{\"provider\":\"\u00FF" },
        { "ten thousand and one", "{\"events\":[" + string.Join(',', Enumerable.Repeat("{}", 10_001)) + "]}" },
    };

    [Theory, MemberData(nameof(Bodies))]
    public async Task Body_Hostile_IsRefusedWith4xx(string what, string body)
    {
        await using var api = await TestApi.StartAsync();
        using var answer = await api.PostAsync("/api/usage-events", Content(Encoding.Latin1.GetBytes(body)), TestApi.Runner);
        Assert.True((int)answer.StatusCode is >= 400 and < 500, $"{what}: {(int)answer.StatusCode}");
        Assert.Empty(api.Cluster.Ingest.Events);
    }

    [Theory]
    [InlineData("\"user_id\":\"\\ud800\"")]
    [InlineData("\"operation\":\"\\udc00x\"")]
    [InlineData("\"provider\":\"polygon\",\"provider\":\"oanda\"")]
    [InlineData("\"latency_ms\":1e400")]
    public async Task Event_Hostile_IsRejectedAndTheOthersAreTaken(string field)
    {
        await using var api = await TestApi.StartAsync();
        using var answer = await api.PostAsync("/api/usage-events", Content(Encoding.UTF8.GetBytes($"{{\"events\":[{Good[..^1]},{field}}},{Good}]}}")), TestApi.Runner);
        var body = await TestApi.JsonAsync(answer);
        Assert.Equal((1, 1), (body["accepted"]!.GetValue<int>(), body["rejected"]!.AsArray().Count));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Body_OfAHundredMegabytes_IsRefusedAndNotKept(bool tellsItsLength)
    {
        await using var api = await TestApi.StartAsync();
        var before = GC.GetTotalAllocatedBytes(precise: true);
        using var content = new Endless(100L * 1024 * 1024, tellsItsLength);
        try
        {
            using var answer = await api.PostAsync("/api/usage-events", content, TestApi.Runner);
            Assert.Equal(413, (int)answer.StatusCode);
        }
        catch (HttpRequestException)
        {
            // The server answered and closed while the client was still sending: refused as well.
        }

        // All that was allocated on the way, sender included, kept or not.
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 64L * 1024 * 1024);
        Assert.Empty(api.Cluster.Ingest.Events);
        using var after = await api.PostAsync("/api/usage-events", Content(Encoding.UTF8.GetBytes(Good)), TestApi.Runner);
        Assert.Equal(200, (int)after.StatusCode);
    }

    [Fact]
    public async Task Body_OfTenMillionElements_StopsAtTheFirstTooMany()
    {
        await using var api = await TestApi.StartAsync();
        var body = Encoding.UTF8.GetBytes("{\"events\":[" + new StringBuilder().Insert(0, "1,", 5_000_000) + "1]}");
        var before = GC.GetTotalAllocatedBytes(precise: true);
        using var answer = await api.PostAsync("/api/usage-events", Content(body), TestApi.Runner);
        Assert.Equal(413, (int)answer.StatusCode);
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 64L * 1024 * 1024);
    }

    private static ByteArrayContent Content(byte[] body)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new("application/json");
        return content;
    }

    private sealed class Endless : HttpContent
    {
        private readonly long _length;
        private readonly bool _tellsItsLength;

        public Endless(long length, bool tellsItsLength)
        {
            (_length, _tellsItsLength) = (length, tellsItsLength);
            Headers.ContentType = new("application/json");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var spaces = new byte[64 * 1024];
            spaces.AsSpan().Fill((byte)' ');
            for (var sent = 0L; sent < _length; sent += spaces.Length) await stream.WriteAsync(spaces);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _length;
            return _tellsItsLength;
        }
    }
}
