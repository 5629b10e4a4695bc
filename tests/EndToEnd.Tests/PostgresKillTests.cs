using System.Diagnostics;
using System.Net;
using ControlPlane.Testing.Postgres;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>PostgreSQL ends under ingest, again and again: killed, or stopped at once.</summary>
public sealed class PostgresKillTests
{
    private const int BatchSize = 50;
    private const int Posters = 4;

    /// <summary>As an outsider measures it: the lease, and what an answer takes on a busy machine.</summary>
    private static readonly TimeSpan s_lease = TimeSpan.FromSeconds(3.2);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public Task KilledAndStopped_UnderIngest_NothingIsOpenALeaseLater_AndEachEventCountsOnce() => EndAgainAndAgain(ends: 2, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(30));

    [Fact(Explicit = true)]
    [Trait("Category", "Long")]
    public Task TwentyTimes_UnderIngest_IsBackWithinTwoSecondsInTheMiddle() => EndAgainAndAgain(ends: 20, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(6));

    /// <param name="middle">How long the median return may take, from PostgreSQL accepting connections to OK.</param>
    /// <param name="longest">How long any may take; other programs on the machine take their share.</param>
    private static async Task EndAgainAndAgain(int ends, TimeSpan middle, TimeSpan longest)
    {
        await using var server = await PostgresServer.StartAsync(durable: true);
        var database = await server.CreateDatabaseAsync("killed");
        await using var scene = await Scene.OpenAsync(s => s.Settings["ConnectionStrings__ControlPlane"] = database);
        scene.SetGoodKeys();
        var viewer = scene.Process.Viewer;
        await viewer.UntilStatus("OK");
        await using var ingest = new Ingest(scene.Process.Runner);
        var (closed, back, wrong) = (new List<double>(), new List<double>(), 0);
        for (var end = 0; end < ends; end++)
        {
            await ingest.UntilMoreAsync();
            if (end % 2 == 0) await server.KillAsync();
            else await server.StopImmediatelyAsync();
            var clock = Stopwatch.StartNew();
            double? blocked = null;
            while (clock.Elapsed < s_lease + TimeSpan.FromSeconds(1))
            {
                var asked = clock.Elapsed;
                var open = (await viewer.Status())["system_status"].GetValue<string>() != "BLOCKED";
                if (!open) blocked ??= clock.Elapsed.TotalSeconds;
                else if (asked > s_lease) wrong++;
                await Task.Delay(20, Cancel);
            }

            Assert.NotNull(blocked);
            closed.Add(blocked.Value);
            await server.StartAgainAsync();
            clock.Restart();
            await viewer.UntilStatus("OK");
            back.Add(clock.Elapsed.TotalSeconds);
        }

        var expected = await ingest.StopAsync();
        await viewer.UntilRow("polygon", row => row["proof_of_use_count_24h"]?.GetValue<int>() == expected, $"{expected} events counted");
        Assert.Equal((0, ingest.Acknowledged.Length), await ingest.SendAllAgainAsync());
        Assert.Equal(expected, (await viewer.Row("polygon"))["proof_of_use_count_24h"]!.GetValue<int>());
        back.Sort();
        var told = $"{ends} ends, {expected} events, {ingest.Refused} answers that were none; BLOCKED after {closed.Min():0.0} to {closed.Max():0.0} s, wrongly open {wrong}; "
            + $"OK again {back[back.Count / 2]:0.00} s (median; {back[0]:0.00} to {back[^1]:0.00}) after PostgreSQL accepted connections";
        TestContext.Current.TestOutputHelper?.WriteLine(told);
        Assert.Equal(0, wrong);
        Assert.True(back[back.Count / 2] <= middle.TotalSeconds && back[^1] <= longest.TotalSeconds, told);
    }

    /// <summary>Posts batches as runners do: what was not acknowledged is sent again.</summary>
    private sealed class Ingest : IAsyncDisposable
    {
        private readonly ApiClient _client;
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _posting;
        private readonly List<object[]> _acknowledged = [];
        private int _refused;
        private volatile bool _abandoned;

        public Ingest(ApiClient client)
        {
            _client = client;
            _posting = Task.WhenAll(Enumerable.Range(0, Posters).Select(_ => Task.Run(PostAsync)));
        }

        public object[][] Acknowledged
        {
            get
            {
                lock (_acknowledged) return [.. _acknowledged];
            }
        }

        public int Refused => Volatile.Read(ref _refused);

        /// <summary>Waits until some more are acknowledged: then batches are on their way.</summary>
        public async Task UntilMoreAsync()
        {
            var (before, clock) = (Acknowledged.Length, Stopwatch.StartNew());
            while (Acknowledged.Length < before + (2 * Posters))
            {
                Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), "Usage events are still refused.");
                await Task.Delay(5, Cancel);
            }
        }

        /// <summary>How many events were acknowledged; each batch on its way is seen to its end.</summary>
        public async Task<int> StopAsync()
        {
            await _stop.CancelAsync();
            await _posting;
            return Acknowledged.Sum(batch => batch.Length);
        }

        /// <summary>How many are taken for new, and how many batches are duplicates as a whole.</summary>
        public async Task<(int New, int Batches)> SendAllAgainAsync()
        {
            var (fresh, whole) = (0, 0);
            foreach (var batch in Acknowledged)
            {
                var answer = await _client.Post("/api/usage-events", new { events = batch });
                Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
                fresh += answer["accepted"].GetValue<int>();
                if (answer["duplicates"].GetValue<int>() == batch.Length) whole++;
            }

            return (fresh, whole);
        }

        public async ValueTask DisposeAsync()
        {
            _abandoned = true;
            await _stop.CancelAsync();
            await _posting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _stop.Dispose();
        }

        private async Task PostAsync()
        {
            while (!_stop.IsCancellationRequested)
            {
                object[] batch =
                [
                    .. Enumerable.Range(0, BatchSize).Select(_ => new
                    {
                        event_id = Guid.CreateVersion7(), occurred_at = DateTimeOffset.UtcNow.AddMinutes(-5).ToString("O"), provider = "polygon", operation = "GET /v3/quotes", status = "ok", latency_ms = 41,
                    }),
                ];
                while (true)
                {
                    if (_abandoned) return;
                    var answer = await _client.Post("/api/usage-events", new { events = batch });
                    if (answer.Status == HttpStatusCode.OK) break;
                    Assert.True(answer.Status is HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests, $"{answer.Status}: {answer.Text}");
                    Interlocked.Increment(ref _refused);
                    await Task.Delay(20);
                }

                lock (_acknowledged) _acknowledged.Add(batch);

                // A load, not a flood.
                await Task.Delay(10);
            }
        }
    }
}
