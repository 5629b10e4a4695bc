using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using ControlPlane.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ControlPlane.Api.Tests.Gateway;

/// <summary>Connections that stay open.</summary>
public sealed class WebSocketTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Socket_OfAFeed_CarriesTheKeyAndTextWithoutOurs()
    {
        await using var scene = await GatewayScene.StartAsync();
        scene.Upstream.ReadsBody = false;
        scene.Upstream.Answer = async context =>
        {
            using var socket = await AcceptAsync(context);
            var message = Encoding.UTF8.GetBytes($"{{\"echo\":\"{GatewayScene.PolygonKey}\",\"n\":1}}");
            await socket.SendAsync(message.AsMemory(0, 20), WebSocketMessageType.Text, endOfMessage: false, context.RequestAborted);
            await socket.SendAsync(message.AsMemory(20), WebSocketMessageType.Text, endOfMessage: true, context.RequestAborted);
            await socket.SendAsync(new byte[] { 1, 2, 3 }, WebSocketMessageType.Binary, endOfMessage: true, context.RequestAborted);
            var buffer = new byte[64];
            var asked = await socket.ReceiveAsync(buffer, context.RequestAborted);
            await socket.SendAsync(buffer.AsMemory(0, asked.Count), WebSocketMessageType.Text, endOfMessage: true, context.RequestAborted);
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye " + GatewayScene.PolygonKey, context.RequestAborted);
        };
        using var client = new ClientWebSocket();
        client.Options.SetRequestHeader("X-Control-Plane-Token", scene.BotToken);
        await client.ConnectAsync(new Uri(scene.Api.Client.BaseAddress!.AbsoluteUri.Replace("http://", "ws://", StringComparison.Ordinal) + "gateway/polygon/stocks"), Cancel);
        Assert.Equal("{\"echo\":\"\u2022\u2022\u2022\u2022\u2022\u2022\u2022\u2022\",\"n\":1}", await TextAsync(client));
        Assert.Equal("\u0001\u0002\u0003", await TextAsync(client));
        await client.SendAsync("ping"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, Cancel);
        Assert.Equal("ping", await TextAsync(client));
        await TextAsync(client);
        Assert.StartsWith("bye ", client.CloseStatusDescription, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", client.CloseStatusDescription, StringComparison.Ordinal);
        Assert.Equal($"Bearer {GatewayScene.PolygonKey}", scene.Upstream.Only.Headers["Authorization"]);
    }

    [Fact]
    public async Task Socket_TextOfEveryKeyInEveryEncoding_ComesWithoutIt_HoweverItIsCut()
    {
        await using var scene = await GatewayScene.StartAsync();
        var echoes = GatewayScene.Keys.SelectMany(key => CanaryEncodings.Of(key.Value).Select(form => (key.Name, form.Encoding, form.Text))).ToList();
        scene.Upstream.ReadsBody = false;
        scene.Upstream.Answer = async context =>
        {
            using var socket = await AcceptAsync(context);
            foreach (var (echo, i) in echoes.Select((echo, i) => (echo.Text, i)))
            {
                var bytes = Encoding.UTF8.GetBytes($"{{\"echo\":\"{echo}\",\"n\":{i}}}");
                for (var at = 0; at < bytes.Length; at += 13)
                    await socket.SendAsync(bytes.AsMemory(at, Math.Min(13, bytes.Length - at)), WebSocketMessageType.Text, endOfMessage: at + 13 >= bytes.Length, context.RequestAborted);
            }

            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, context.RequestAborted);
        };
        using var client = new ClientWebSocket();
        client.Options.SetRequestHeader("X-Control-Plane-Token", scene.BotToken);
        await client.ConnectAsync(new Uri(scene.Api.Client.BaseAddress!.AbsoluteUri.Replace("http://", "ws://", StringComparison.Ordinal) + "gateway/polygon/stocks"), Cancel);
        foreach (var (name, encoding, text) in echoes)
        {
            var got = await TextAsync(client);
            Assert.False(got.Contains(text, StringComparison.OrdinalIgnoreCase), $"{name} came back as {encoding}: {got}");
            Assert.Contains("\"n\":", got, StringComparison.Ordinal);
        }

        Assert.True(echoes.Count >= GatewayScene.Keys.Length * 26);
        Assert.DoesNotContain(scene.Api.Log.Lines, line => GatewayScene.Keys.Any(key => line.Contains(key.Value, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Socket_OfABroker_IsRefusedWhereTheCatalogueDoesNotListIt()
    {
        await using var scene = await GatewayScene.StartAsync();
        using var client = new ClientWebSocket();
        client.Options.SetRequestHeader("X-Control-Plane-Token", scene.LeaseToken);
        await Assert.ThrowsAsync<WebSocketException>(() =>
            client.ConnectAsync(new Uri(scene.Api.Client.BaseAddress!.AbsoluteUri.Replace("http://", "ws://", StringComparison.Ordinal) + "gateway/tradier/v1/markets/events"), Cancel));
        Assert.Empty(scene.Upstream.Seen);
    }

    private static async Task<WebSocket> AcceptAsync(HttpContext context)
    {
        // The fake provider has no middleware: the handshake by hand (RFC 6455, 4.2.2).
        var upgrade = context.Features.GetRequiredFeature<IHttpUpgradeFeature>();
        var key = context.Request.Headers.SecWebSocketKey.ToString();
        context.Response.Headers.Upgrade = "websocket";
        context.Response.Headers.Connection = "Upgrade";
        context.Response.Headers.SecWebSocketAccept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
        return WebSocket.CreateFromStream(await upgrade.UpgradeAsync(), isServer: true, subProtocol: null, TimeSpan.FromSeconds(30));
    }

    private static async Task<string> TextAsync(ClientWebSocket client)
    {
        var text = new StringBuilder();
        var buffer = new byte[256];
        WebSocketReceiveResult part;
        do
        {
            part = await client.ReceiveAsync(new ArraySegment<byte>(buffer), Cancel);
            text.Append(Encoding.UTF8.GetString(buffer, 0, part.Count));
        }
        while (!part.EndOfMessage);
        return text.ToString();
    }
}
