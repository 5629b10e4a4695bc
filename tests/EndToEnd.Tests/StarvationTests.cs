using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>One caller with a runner's token who takes all it can get, while another one works.</summary>
public sealed class StarvationTests
{
    private const int Uploads = 7;
    private const int Bots = 3_000;
    private const int MostBots = 1_000;

    /// <summary>2,000 a minute.</summary>
    private static readonly TimeSpan s_refusalEvery = TimeSpan.FromMilliseconds(30);
    private static readonly TimeSpan s_duration = TimeSpan.FromSeconds(20);

    /// <summary>For a call of the other one; a busy machine is allowed for.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SlowUploadsManyBotsAndRefusals_LeaveOthersEventsTradesAndControlActsUnharmed()
    {
        await using var scene = await Scene.OpenAsync();
        Assert.Equal(HttpStatusCode.OK, (await scene.Process.Operator.Put("/api/bots/victim", new { name = "V" })).Status);
        using var runner = Client(scene, ControlPlaneProcess.RunnerToken);
        using var viewer = Client(scene, ControlPlaneProcess.ViewerToken);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var uploads = Enumerable.Range(0, Uploads).Select(i => TrickleAsync(scene.Process.Address, i % 2 == 0 ? "/api/usage-events" : "/api/bots/victim/trades", stop.Token)).ToArray();
        var (made, full, other) = (0, 0, new List<string>());
        var making = Parallel.ForAsync(0, Bots, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Cancel }, async (i, token) =>
        {
            using var answer = await runner.PutAsJsonAsync($"/api/bots/mass-{i}", new { name = "M" }, token);
            if (answer.StatusCode == HttpStatusCode.OK) Interlocked.Increment(ref made);
            else if (answer.StatusCode == HttpStatusCode.TooManyRequests) Interlocked.Increment(ref full);
            else lock (other) other.Add($"{answer.StatusCode}");
        });
        var refused = 0;
        var refusing = Task.Run(async () =>
        {
            var due = Stopwatch.StartNew();
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                if (s_refusalEvery * i - due.Elapsed is { Ticks: > 0 } wait) await Task.Delay(wait, CancellationToken.None);
                using var answer = await viewer.PostAsJsonAsync("/api/system/release", new { reason = "no" }, CancellationToken.None);
                if (answer.StatusCode == HttpStatusCode.Forbidden) refused++;
            }
        }, Cancel);

        var slowest = new Dictionary<string, TimeSpan>(StringComparer.Ordinal);
        var (events, trades) = (0, 0);
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < s_duration || !making.IsCompleted;)
        {
            Assert.True(clock.Elapsed < TimeSpan.FromMinutes(4), "The bots were not all answered.");
            await TimeAsync("event", () => scene.Process.Operator.Post("/api/usage-events", new { provider = "polygon", operation = "GET /x", status = "ok", bot_id = "victim" }));
            events++;
            var trade = await TimeAsync("trade", () => scene.Process.Operator.Post("/api/bots/victim/trades", new { trade_id = $"t{trades}", symbol = "ES", side = "buy", quantity = 1, price = 1, pnl = 0, closed_at = DateTimeOffset.UtcNow }));
            Assert.Equal(1, trade["accepted"].GetValue<int>());
            trades++;
            await TimeAsync("kill", () => scene.Process.Operator.Post("/api/bots/victim/kill", new { reason = "try" }));
            await TimeAsync("release", () => scene.Process.Operator.Post("/api/bots/victim/release", new { reason = "try" }));
            await Task.Delay(200, Cancel);
        }

        await making;
        await stop.CancelAsync();
        await refusing;
        await Task.WhenAll(uploads);
        TestContext.Current.TestOutputHelper?.WriteLine($"{events} rounds; {made} bots made, {full} refused; {refused} refusals; slowest: {string.Join(", ", slowest.Select(s => $"{s.Key} {s.Value.TotalMilliseconds:0} ms"))}");
        Assert.Empty(other);
        Assert.Equal((MostBots - 1, Bots - MostBots + 1), (made, full));
        Assert.True(refused > 300, $"{refused} refusals");
        await scene.Process.Viewer.UntilRow("polygon", row => row["proof_of_use_count_24h"]?.GetValue<int>() == events, "every event counted once", 30);

        // All of them, in pages that stay small.
        var (ids, query) = (new HashSet<string>(), "");
        while (true)
        {
            var page = await scene.Process.Viewer.Get("/api/bots" + query);
            Assert.True(page.Text.Length < 5 << 20, $"A page of {page.Text.Length} bytes.");
            foreach (var row in page["bots"].AsArray()) ids.Add(row!["bot_id"]!.GetValue<string>());
            if (page.Body!["next"] is not { } next) break;
            query = $"?before={next.GetValue<string>()}";
        }

        Assert.Equal(MostBots, ids.Count);

        async Task<ApiAnswer> TimeAsync(string what, Func<Task<ApiAnswer>> call)
        {
            var asked = Stopwatch.StartNew();
            var answer = await call();
            Assert.True(answer.Status == HttpStatusCode.OK, $"{what}: {answer.Status} {answer.Text}");
            Assert.True(asked.Elapsed < s_patience, $"{what} took {asked.Elapsed}.");
            slowest[what] = asked.Elapsed > slowest.GetValueOrDefault(what) ? asked.Elapsed : slowest[what];
            return answer;
        }
    }

    /// <summary>Declares ten megabytes and sends a byte now and then; comes again when it is cut.</summary>
    private static async Task TrickleAsync(Uri address, string path, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(IPAddress.Loopback, address.Port, cancellationToken);
                var head = string.Create(CultureInfo.InvariantCulture, $"POST {path} HTTP/1.1\r\nHost: {address.Authority}\r\nAuthorization: Bearer {ControlPlaneProcess.RunnerToken}\r\nContent-Type: application/json\r\nContent-Length: {10 * 1024 * 1024}\r\n\r\n{{");
                await socket.SendAsync(Encoding.ASCII.GetBytes(head), cancellationToken);
                while (true)
                {
                    await Task.Delay(500, cancellationToken);
                    await socket.SendAsync(" "u8.ToArray(), cancellationToken);
                }
            }
            catch (SocketException)
            {
                // Cut; again.
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private static HttpClient Client(Scene scene, string token)
    {
        var client = new HttpClient { BaseAddress = scene.Process.Address, Timeout = TimeSpan.FromSeconds(90) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }
}
