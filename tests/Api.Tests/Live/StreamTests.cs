using System.Text.Json.Nodes;
using ControlPlane.Api.Tests.Host;
using ControlPlane.Api.Tests.Security;

namespace ControlPlane.Api.Tests.Live;

public sealed class StreamTests
{
    [Fact]
    public async Task Stream_BeginsWithTheStatus_ThenTellsChangesAndHeartbeats()
    {
        await using var api = await TestApi.StartAsync();
        using var answer = await OpenAsync(api);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType!.MediaType);
        var trace = answer.Headers.GetValues("X-Trace-Id").Single();
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        var first = await NextAsync(api, reader, "status");
        Assert.Equal(("OK", trace), (first["system_status"]!.GetValue<string>(), first["trace_id"]!.GetValue<string>()));
        api.Gate.Hear(FakeNodeGate.Blocked(413));
        var blocked = await NextAsync(api, reader, "status");
        Assert.Equal(("BLOCKED", 413L), (blocked["system_status"]!.GetValue<string>(), blocked["version"]!.GetValue<long>()));
        var heartbeat = await NextAsync(api, reader, "heartbeat");
        Assert.Equal((413L, trace), (heartbeat["version"]!.GetValue<long>(), heartbeat["trace_id"]!.GetValue<string>()));
        Assert.InRange(heartbeat["valid_for_ms"]!.GetValue<long>(), 1, 2_870);
        Assert.NotNull(heartbeat["valid_until"]);
    }

    [Fact]
    public async Task Stream_WithoutCredentials_Is401()
    {
        await using var api = await TestApi.StartAsync();
        using var answer = await api.GetAsync("/api/system/stream", token: null);
        await AccessMatrixTests.AssertProblem(answer, 401, "UNAUTHENTICATED");
    }

    [Fact]
    public async Task Stream_TokenChanges_Ends()
    {
        await using var api = await TestApi.StartAsync();
        using var answer = await OpenAsync(api);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        await NextAsync(api, reader, "status");
        api.Secrets.Set("CONTROLPLANE_VIEWER_TOKEN", "another-viewer-token-0123456789");
        var end = reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        while (!end.IsCompleted)
        {
            api.Time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        await end;
    }

    private static async Task<HttpResponseMessage> OpenAsync(TestApi api)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/api/system/stream");
        request.Headers.Authorization = new("Bearer", TestApi.Viewer);
        return await api.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    private static async Task<JsonNode> NextAsync(TestApi api, StreamReader reader, string name)
    {
        using var stop = new CancellationTokenSource();
        var clock = MoveClockAsync(api, stop.Token);
        try
        {
            while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
            {
                if (line == $"event: {name}") return JsonNode.Parse((await reader.ReadLineAsync(TestContext.Current.CancellationToken))!["data: ".Length..])!;
            }
        }
        finally
        {
            await stop.CancelAsync();
            await clock;
        }

        throw new InvalidOperationException($"The stream ended before a '{name}'.");
    }

    private static async Task MoveClockAsync(TestApi api, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            api.Time.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Delay(5, CancellationToken.None);
        }
    }
}
