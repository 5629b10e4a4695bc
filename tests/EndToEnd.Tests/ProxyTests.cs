using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ControlPlane.Testing.Proxy;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>The program behind a real nginx that ends TLS, set up as docs/proxy.md says and with its defaults for all else.</summary>
public sealed partial class ProxyTests
{
    private const string Prefix = "/control-plane";

    /// <summary>How the proxy passes a path on: as it is, without the prefix, or with it.</summary>
    public static TheoryData<string> Ways => ["root", "cut off", "path base"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task PageHubStreamAndSignIn_WorkThroughIt(string way)
    {
        await using var scene = await OpenAsync(way);
        await using var nginx = await StartAsync(scene, way);
        var prefix = way == "root" ? "" : Prefix;
        using var client = Client(nginx);

        // The page, and every file that it names.
        using var page = await client.GetAsync(prefix + "/", Cancel);
        var html = await page.Content.ReadAsStringAsync(Cancel);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Contains($"<base href=\"{prefix}/\"", html, StringComparison.Ordinal);
        Assert.Equal("max-age=31536000", page.Headers.GetValues("Strict-Transport-Security").Single());
        var files = Named().Matches(html).Select(m => m.Groups["file"].Value).Distinct(StringComparer.Ordinal).ToArray();
        Assert.True(files.Length >= 8, html);
        foreach (var file in files)
        {
            using var got = await client.GetAsync($"{prefix}/{file}", Cancel);
            Assert.True(got.IsSuccessStatusCode, $"{file}: {got.StatusCode}");
        }

        // Signing in, and a write of the page.
        using var signedIn = await SignInAsync(client, nginx, prefix, ControlPlaneProcess.OperatorToken);
        Assert.Equal(HttpStatusCode.OK, signedIn.StatusCode);
        var set = signedIn.Headers.GetValues("Set-Cookie").Single();
        Assert.Contains("; secure", set, StringComparison.OrdinalIgnoreCase);
        Assert.Contains($"; path={(prefix.Length > 0 ? prefix : "/")};", set, StringComparison.OrdinalIgnoreCase);
        var cookie = set.Split(';')[0];
        using var disarm = Request(HttpMethod.Post, nginx, $"{prefix}/api/system/live/disarm", cookie);
        disarm.Content = JsonContent.Create(new { reason = "through the proxy" });
        using var disarmed = await client.SendAsync(disarm, Cancel);
        Assert.Equal(HttpStatusCode.OK, disarmed.StatusCode);
        using var foreign = Request(HttpMethod.Post, nginx, $"{prefix}/api/system/live/disarm", cookie, "https://elsewhere.example");
        using var refused = await client.SendAsync(foreign, Cancel);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);

        // The stream: the first event at once, and then one after the other as they happen.
        using var ask = Request(HttpMethod.Get, nginx, $"{prefix}/api/system/stream", cookie);
        var asked = Stopwatch.StartNew();
        using var stream = await client.SendAsync(ask, HttpCompletionOption.ResponseHeadersRead, Cancel);
        using var lines = new StreamReader(await stream.Content.ReadAsStreamAsync(Cancel));
        Assert.Equal("event: status", await NextEventAsync(lines));
        Assert.True(asked.Elapsed < TimeSpan.FromSeconds(2), $"The first event took {asked.Elapsed}.");
        for (var i = 0; i < 3; i++)
        {
            asked.Restart();
            await NextEventAsync(lines);
            Assert.True(asked.Elapsed < TimeSpan.FromSeconds(2.5), $"An event came {asked.Elapsed} after the one before.");
        }

        // The hub, also after the proxy has cut its connection.
        using (var hub = await SubscribedAsync(nginx, prefix, cookie))
        {
            await nginx.ReloadAsync();
            await UntilOverAsync(hub);
        }

        using var again = await SubscribedAsync(nginx, prefix, cookie);
    }

    [Fact]
    public async Task BadSignIns_CountForTheirClient_WhateverItClaimsToBe()
    {
        await using var scene = await OpenAsync("root");
        await using var nginx = await StartAsync(scene, "root");
        using var attacker = Client(nginx, IPAddress.Parse("127.0.0.2"));
        for (var i = 0; i < 10; i++) Assert.Equal(HttpStatusCode.Unauthorized, await TryAsync(attacker, i));
        Assert.Equal(HttpStatusCode.TooManyRequests, await TryAsync(attacker, 11));
        using var person = Client(nginx, IPAddress.Parse("127.0.0.3"));
        using var good = await SignInAsync(person, nginx, "", ControlPlaneProcess.ViewerToken);
        Assert.Equal(HttpStatusCode.OK, good.StatusCode);
        using var caught = await SignInAsync(attacker, nginx, "", ControlPlaneProcess.ViewerToken);
        Assert.Equal(HttpStatusCode.TooManyRequests, caught.StatusCode);

        // Past the proxy the headers of nobody count: neither as another client nor as TLS.
        using var direct = Connected(scene.Process.Address.Port, IPAddress.Parse("127.0.0.4"));
        direct.BaseAddress = scene.Process.Address;
        for (var i = 0; i < 10; i++) Assert.Equal(HttpStatusCode.Unauthorized, await TryAsync(direct, i));
        Assert.Equal(HttpStatusCode.TooManyRequests, await TryAsync(direct, 11));
        using var page = new HttpRequestMessage(HttpMethod.Get, "/");
        page.Headers.Add("X-Forwarded-Proto", "https");
        page.Headers.Add("X-Forwarded-Prefix", "/evil");
        page.Headers.Host = Nginx.HostName;
        using var plain = await direct.SendAsync(page, Cancel);
        Assert.False(plain.Headers.Contains("Strict-Transport-Security"));
        Assert.Contains("<base href=\"/\"", await plain.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);

        async Task<HttpStatusCode> TryAsync(HttpClient client, int i)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/session") { Content = JsonContent.Create(new { token = $"no-token-of-this-control-plane-{i}" }) };
            request.Headers.Add("X-Forwarded-For", $"203.0.113.{i}");
            using var answer = await client.SendAsync(request, Cancel);
            return answer.StatusCode;
        }
    }

    private static Task<Scene> OpenAsync(string way) => Scene.OpenAsync(scene =>
    {
        scene.Settings["ControlPlane__Access__TrustedProxies"] = "127.0.0.1";
        if (way == "path base") scene.Settings["ControlPlane__Access__PathBase"] = Prefix;
    });

    /// <summary>The block of docs/proxy.md, for this port and prefix.</summary>
    private static Task<Nginx> StartAsync(Scene scene, string way)
    {
        var folder = new DirectoryInfo(Path.GetDirectoryName(ControlPlaneProcess.DllPath)!);
        while (!File.Exists(Path.Combine(folder.FullName, "ControlPlane.sln"))) folder = folder.Parent!;
        var block = Documented().Match(File.ReadAllText(Path.Combine(folder.FullName, "docs", "proxy.md"))).Groups["block"].Value;
        Assert.Contains("location / {", block, StringComparison.Ordinal);
        var target = scene.Process.Address.GetLeftPart(UriPartial.Authority);
        block = block.Replace("http://127.0.0.1:5080", way == "cut off" ? target + "/" : target, StringComparison.Ordinal);
        if (way != "root") block = block.Replace("location / {", $"location {Prefix}/ {{", StringComparison.Ordinal);
        if (way == "cut off") block = block.Replace("proxy_http_version", $"proxy_set_header X-Forwarded-Prefix {Prefix};\nproxy_http_version", StringComparison.Ordinal);
        return Nginx.StartAsync(block);
    }

    private static HttpClient Client(Nginx nginx, IPAddress? from = null)
    {
        var client = Connected(nginx.Port, from ?? IPAddress.Loopback);
        client.BaseAddress = new Uri(Origin(nginx));
        return client;
    }

    /// <summary>Connects to loopback from an address of loopback, whatever the name says.</summary>
    private static HttpClient Connected(int port, IPAddress from) => new(new SocketsHttpHandler
    {
        UseCookies = false,
        UseProxy = false,
        AllowAutoRedirect = false,
        ConnectCallback = async (_, token) => new NetworkStream(await ConnectAsync(port, from, token), ownsSocket: true),
        SslOptions = { RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate?.Subject == $"CN={Nginx.HostName}" },
    });

    private static async Task<Socket> ConnectAsync(int port, IPAddress from, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Bind(new IPEndPoint(from, 0));
        await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
        return socket;
    }

    private static string Origin(Nginx nginx) => string.Create(CultureInfo.InvariantCulture, $"https://{Nginx.HostName}:{nginx.Port}");

    private static HttpRequestMessage Request(HttpMethod method, Nginx nginx, string path, string cookie, string? origin = null)
    {
        var request = new HttpRequestMessage(method, path);
        request.Headers.Add("Cookie", cookie);
        if (method != HttpMethod.Get) request.Headers.Add("Origin", origin ?? Origin(nginx));
        return request;
    }

    private static Task<HttpResponseMessage> SignInAsync(HttpClient client, Nginx nginx, string prefix, string token)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, prefix + "/api/session") { Content = JsonContent.Create(new { token }) };
        request.Headers.Add("Origin", Origin(nginx));
        return client.SendAsync(request, Cancel);
    }

    private static async Task<string> NextEventAsync(StreamReader lines)
    {
        while (true)
        {
            var line = await lines.ReadLineAsync(Cancel).AsTask().WaitAsync(TimeSpan.FromSeconds(30), Cancel) ?? throw new InvalidOperationException("The stream ended.");
            if (line.StartsWith("event: ", StringComparison.Ordinal)) return line;
        }
    }

    private static async Task<ClientWebSocket> SubscribedAsync(Nginx nginx, string prefix, string cookie)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Cookie", cookie);
        socket.Options.SetRequestHeader("Origin", Origin(nginx));
        using var client = new HttpMessageInvoker(new SocketsHttpHandler
        {
            ConnectCallback = async (_, token) => new NetworkStream(await ConnectAsync(nginx.Port, IPAddress.Loopback, token), ownsSocket: true),
            SslOptions = { RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate?.Subject == $"CN={Nginx.HostName}" },
        });
        await socket.ConnectAsync(new Uri($"{Origin(nginx).Replace("https", "wss", StringComparison.Ordinal)}{prefix}/hubs/status"), client, Cancel);
        await socket.SendAsync(Encoding.UTF8.GetBytes("{\"protocol\":\"json\",\"version\":1}\u001e{\"type\":1,\"invocationId\":\"1\",\"target\":\"Subscribe\",\"arguments\":[]}\u001e"), WebSocketMessageType.Text, endOfMessage: true, Cancel);
        while (true)
        {
            foreach (var message in (await ReceiveAsync(socket) ?? throw new InvalidOperationException("The hub closed.")).Split('\u001e', StringSplitOptions.RemoveEmptyEntries))
            {
                if (JsonNode.Parse(message) is not { } read || read["type"]?.GetValue<int>() != 3) continue;
                Assert.NotEmpty(read["result"]!["integrations"]!.AsArray());
                return socket;
            }
        }
    }

    private static async Task UntilOverAsync(ClientWebSocket socket)
    {
        var waiting = Stopwatch.StartNew();
        try
        {
            while (await ReceiveAsync(socket) is not null) Assert.True(waiting.Elapsed < TimeSpan.FromSeconds(60), "The proxy did not cut the connection.");
        }
        catch (WebSocketException)
        {
            // Cut without a word.
        }
    }

    private static async Task<string?> ReceiveAsync(ClientWebSocket socket)
    {
        var (buffer, text) = (new byte[64 * 1024], new MemoryStream());
        while (true)
        {
            var got = await socket.ReceiveAsync(buffer, Cancel).WaitAsync(TimeSpan.FromSeconds(60), Cancel);
            if (got.MessageType == WebSocketMessageType.Close) return null;
            text.Write(buffer, 0, got.Count);
            if (got.EndOfMessage) return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
        }
    }

    [GeneratedRegex("(?:src|href)=\"(?<file>(?!https?:|/)[^\"#?]+\\.[a-z0-9]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Named();

    [GeneratedRegex("```nginx\n(?<block>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Documented();
}
