using System.Net;
using System.Net.Sockets;
using System.Text;
using ControlPlane.Abstractions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace ControlPlane.Api.Tests.Gateway;

/// <summary>What comes back from a provider.</summary>
public sealed class ForwardedAnswerTests
{
    private const string Polygon = "/gateway/polygon/v2/last/trade/A";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Answer_HeadersThatNameInternalsOrLeadElsewhere_AreDropped()
    {
        await using var scene = await GatewayScene.StartAsync();
        scene.Upstream.Answer = context =>
        {
            context.Response.StatusCode = 302;
            foreach (var name in (string[])["Set-Cookie", "Server", "X-Powered-By", "Via", "X-Backend-Server", "Alt-Svc", "Location", "X-Control-Plane-Refused", "traceparent"]) context.Response.Headers[name] = "internal";
            context.Response.Headers["X-RateLimit-Remaining"] = "7";
            return context.Response.WriteAsync("moved");
        };
        using var answer = await scene.GetAsync(Polygon, Token(scene));
        Assert.Equal((HttpStatusCode.Redirect, "moved"), (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel)));
        Assert.DoesNotContain(answer.Headers, header => header.Value.Contains("internal"));
        Assert.Equal("7", answer.Headers.GetValues("X-RateLimit-Remaining").Single());
        Assert.Single(scene.Upstream.Seen);
    }

    [Fact]
    public async Task Stream_EachEvent_ArrivesBeforeTheNextIsSent()
    {
        await using var scene = await GatewayScene.StartAsync();
        var arrived = new SemaphoreSlim(0);
        scene.Upstream.Answer = async context =>
        {
            context.Response.ContentType = "text/event-stream";
            for (var i = 0; i < 3; i++)
            {
                await context.Response.WriteAsync($"data: {{\"i\":{i}}}\n\n");
                await context.Response.Body.FlushAsync();
                await arrived.WaitAsync(TimeSpan.FromSeconds(120), context.RequestAborted);
            }
        };
        using var answer = await scene.SendAsync(HttpMethod.Post, "/gateway/openai/chat/completions", new StringContent("{}"), Token(scene));
        using var events = new StreamReader(await answer.Content.ReadAsStreamAsync(Cancel));
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal($"data: {{\"i\":{i}}}", await events.ReadLineAsync(Cancel));
            Assert.Equal("", await events.ReadLineAsync(Cancel));
            arrived.Release();
        }

        Assert.Null(await events.ReadLineAsync(Cancel));
        Assert.Equal((UsageStatus.Ok, 200), ((await scene.Usage.OnlyAsync()) is var call ? (call.Status, call.HttpStatus) : default));
    }

    [Fact]
    public async Task Stream_BrokenOffByTheProvider_FailsAtTheBotAndIsRecordedAsThat()
    {
        await using var scene = await GatewayScene.StartAsync();
        var arrived = new TaskCompletionSource();
        scene.Upstream.Answer = async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync("data: 1\n\n");
            await context.Response.Body.FlushAsync();
            await arrived.Task;
            context.Abort();
        };
        using var answer = await scene.SendAsync(HttpMethod.Post, "/gateway/openai/chat/completions", new StringContent("{}"), Token(scene));
        arrived.SetResult();
        await Assert.ThrowsAnyAsync<Exception>(() => answer.Content.ReadAsStringAsync(Cancel));
        var call = await scene.Usage.OnlyAsync();
        Assert.Equal((UsageStatus.Error, null, "broken_off"), (call.Status, call.HttpStatus, call.ErrorCode));
    }

    [Fact]
    public async Task Stream_TheBotLeaves_EndsAtTheProviderAndIsRecorded()
    {
        await using var scene = await GatewayScene.StartAsync();
        var ended = new TaskCompletionSource();
        scene.Upstream.Answer = async context =>
        {
            context.RequestAborted.Register(ended.SetResult);
            context.Response.ContentType = "text/event-stream";
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.WriteAsync("data: 1\n\n");
                await context.Response.Body.FlushAsync();
                await Task.Delay(20);
            }
        };
        var answer = await scene.SendAsync(HttpMethod.Post, "/gateway/openai/chat/completions", new StringContent("{}"), Token(scene));
        await (await answer.Content.ReadAsStreamAsync(Cancel)).ReadAtLeastAsync(new byte[8], 8, cancellationToken: Cancel);
        answer.Dispose();
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(120), Cancel);
        var call = await scene.Usage.OnlyAsync();
        Assert.Equal((UsageStatus.Ok, 200, "client_left"), (call.Status, call.HttpStatus, call.ErrorCode));
    }

    [Fact]
    public async Task Answer_BeforeTheBodyIsRead_ComesThrough()
    {
        await using var scene = await GatewayScene.StartAsync();
        scene.Upstream.ReadsBody = false;
        scene.Upstream.Answer = static context =>
        {
            context.Response.StatusCode = 413;
            return context.Response.WriteAsync("too large");
        };
        using var answer = await scene.SendAsync(HttpMethod.Post, "/gateway/openai/files", new ByteArrayContent(new byte[3_000_000]), Token(scene));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    [Fact]
    public async Task Answer_ReasonAndHeaders_ComeThroughClean()
    {
        await using var scene = await GatewayScene.StartAsync();
        scene.Upstream.Answer = context =>
        {
            context.Features.GetRequiredFeature<IHttpResponseFeature>().ReasonPhrase = "Bad key " + GatewayScene.PolygonKey;
            context.Response.Headers["X-Echo"] = "key=" + Uri.EscapeDataString(GatewayScene.AlpacaSecret) + ";";
            return context.Response.WriteAsync("body");
        };
        using var answer = await scene.GetAsync(Polygon, Token(scene));
        Assert.Equal("body", await answer.Content.ReadAsStringAsync(Cancel));
        Assert.DoesNotContain("canary", answer.ReasonPhrase, StringComparison.Ordinal);
        Assert.StartsWith("Bad key ", answer.ReasonPhrase, StringComparison.Ordinal);
        var echo = answer.Headers.GetValues("X-Echo").Single();
        Assert.StartsWith("key=", echo, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", echo, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Head_IsHeadAtTheProvider()
    {
        await using var scene = await GatewayScene.StartAsync();
        scene.Upstream.Answer = static context =>
        {
            context.Response.ContentLength = 123;
            context.Response.ContentType = "application/json";
            return Task.CompletedTask;
        };
        using var answer = await scene.SendAsync(HttpMethod.Head, Polygon, null, Token(scene));
        Assert.Equal((HttpStatusCode.OK, 123, "HEAD"), (answer.StatusCode, answer.Content.Headers.ContentLength, scene.Upstream.Only.Method));
    }

    [Theory]
    [InlineData("application/json", "{\"usage\":{\"prompt_tokens\":11,\"completion_tokens\":7}}", 11L, 7L)]
    [InlineData("application/json", "{\"type\":\"message\",\"usage\":{\"input_tokens\":5,\"output_tokens\":3}}", 5L, 3L)]
    [InlineData("application/json", "{\"error\":{}}", null, null)]
    [InlineData("text/event-stream", "data: {\"choices\":[]}\n\ndata: {\"choices\":[],\"usage\":{\"prompt_tokens\":4,\"completion_tokens\":9}}\n\ndata: [DONE]\n\n", 4L, 9L)]
    [InlineData("text/event-stream", "data: {\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":25,\"output_tokens\":1}}}\n\ndata: {\"type\":\"message_delta\",\"usage\":{\"output_tokens\":15}}\n\n", 25L, 15L)]
    [InlineData("text/event-stream", "data: {\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":25,\"output_tokens\":1}}}\n\n", 25L, null)]
    [InlineData("text/event-stream", "data: {\"type\":\"response.completed\",\"response\":{\"usage\":{\"input_tokens\":8,\"output_tokens\":2}}}\n\n", 8L, 2L)]
    public async Task Tokens_OfAModel_AreThoseThatTheAnswerTells(string type, string body, long? input, long? output)
    {
        await using var scene = await GatewayScene.StartAsync();
        scene.Upstream.Answer = async context =>
        {
            context.Response.ContentType = type;
            foreach (var piece in body.Chunk(10))
            {
                await context.Response.WriteAsync(new string(piece));
                await context.Response.Body.FlushAsync();
            }
        };
        using var answer = await scene.SendAsync(HttpMethod.Post, "/gateway/openai/chat/completions", new StringContent("{}"), Token(scene));
        Assert.Equal(body, await answer.Content.ReadAsStringAsync(Cancel));
        var call = await scene.Usage.OnlyAsync();
        Assert.Equal((input, output), (call.InputTokens, call.OutputTokens));
    }

    private static (string, string) Token(GatewayScene scene) => ("X-Control-Plane-Token", scene.BotToken);
}
