using System.IO.Compression;
using System.Net;
using System.Text;
using ControlPlane.Testing;
using Microsoft.AspNetCore.Http;

namespace ControlPlane.Api.Tests.Gateway;

/// <summary>Providers that hand our own keys back, in every way that the tests know. The encodings are the tests' own.</summary>
public sealed class HostileEchoTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Echo_EveryKeyInEveryEncoding_ReachesNeitherBotNorLog()
    {
        await using var scene = await GatewayScene.StartAsync();
        var asked = 0;
        foreach (var (name, value) in GatewayScene.Keys)
        {
            foreach (var (encoding, text) in CanaryEncodings.Of(value))
            {
                foreach (var type in (string[])["application/json", "text/html", "text/event-stream", "application/octet-stream"])
                {
                    // Bytes of no known text are looked through for plain forms alone.
                    if (type == "application/octet-stream" && encoding is not ("raw" or "hex" or "HEX")) continue;
                    scene.Upstream.Answer = async context =>
                    {
                        context.Response.StatusCode = 401;
                        context.Response.ContentType = type;
                        var body = $"data: {{\"error\":\"bad key {text} refused\"}}\n\n";

                        // An answer whose length is known is cleaned whole, any other as it comes.
                        if (type == "application/json") context.Response.ContentLength = Encoding.UTF8.GetByteCount(body);
                        foreach (var piece in body.Chunk(17)) await context.Response.WriteAsync(new string(piece));
                    };
                    using var answer = await scene.GetAsync("/gateway/polygon/v2/echo", ("X-Control-Plane-Token", scene.BotToken));
                    var got = await answer.Content.ReadAsStringAsync(Cancel);
                    Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
                    Assert.True(!got.Contains(text, StringComparison.OrdinalIgnoreCase), $"{name} came back as {encoding} in {type}.");
                    Assert.Contains("refused", got, StringComparison.Ordinal);
                    asked++;
                }
            }
        }

        Assert.True(asked > GatewayScene.Keys.Length * 60, $"Only {asked} echoes were asked for.");
        Assert.DoesNotContain(scene.Api.Log.Lines, line => GatewayScene.Keys.Any(key => line.Contains(key.Value, StringComparison.Ordinal)));
        Assert.All(scene.Usage.Calls, call => Assert.DoesNotContain("canary", $"{call}", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public async Task Echo_Packed_IsUnpackedAndClean(string encoding)
    {
        await using var scene = await GatewayScene.StartAsync();
        scene.Upstream.Answer = async context =>
        {
            context.Response.ContentType = "application/json";
            context.Response.Headers.ContentEncoding = encoding;
            await using Stream packed = encoding switch { "gzip" => new GZipStream(context.Response.Body, CompressionLevel.Fastest), "br" => new BrotliStream(context.Response.Body, CompressionLevel.Fastest), _ => new ZLibStream(context.Response.Body, CompressionLevel.Fastest) };
            await packed.WriteAsync(Encoding.UTF8.GetBytes($"{{\"key\":\"{GatewayScene.PolygonKey}\"}}"));
        };
        using var answer = await scene.GetAsync("/gateway/polygon/v2/echo", ("X-Control-Plane-Token", scene.BotToken));
        Assert.Equal("{\"key\":\"\u2022\u2022\u2022\u2022\u2022\u2022\u2022\u2022\"}", await answer.Content.ReadAsStringAsync(Cancel));
        Assert.Empty(answer.Content.Headers.ContentEncoding);
    }

    [Fact]
    public async Task Echo_PackedInAnUnknownWay_IsRefused()
    {
        await using var scene = await GatewayScene.StartAsync();
        scene.Upstream.Answer = context =>
        {
            context.Response.ContentType = "application/json";
            context.Response.Headers.ContentEncoding = "zstd";
            return context.Response.WriteAsync(GatewayScene.PolygonKey);
        };
        using var answer = await scene.GetAsync("/gateway/polygon/v2/echo", ("X-Control-Plane-Token", scene.BotToken));
        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.DoesNotContain("canary", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }
}
