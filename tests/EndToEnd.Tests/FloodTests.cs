using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>Far more events than there is room for, from callers that come back with what was not taken.</summary>
public sealed class FloodTests
{
    private const int EventsPerCall = 10_000;
    private const int Posters = 24;
    private const string Permit = "/api/system/status";

    /// <summary>What the program may grow by: bodies in flight have 64 MiB, and what is made of them is several times as large.</summary>
    private const long MaxGrowth = 1_200L * 1024 * 1024;

    private static readonly string s_long = new('x', 190);

    [Fact]
    public Task Flood_Short_IsTurnedAway_MemoryIsBounded_EachAcknowledgedEventIsThereOnce() => FloodAsync(TimeSpan.FromSeconds(6));

    [Fact(Explicit = true)]
    [Trait("Category", "Long")]
    public Task Flood_ForAMinute_IsTurnedAway_MemoryIsBounded_EachAcknowledgedEventIsThereOnce() => FloodAsync(TimeSpan.FromSeconds(60));

    private static async Task FloodAsync(TimeSpan duration)
    {
        await using var scene = await Scene.OpenAsync();
        var idle = await AsksAsync(scene, Task.Delay(TimeSpan.FromSeconds(2)));
        var before = ResidentBytes(scene.Process.Id);
        var acknowledged = new ConcurrentQueue<Guid>();
        var (calls, turnedAway, most) = (0, 0, before);
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(100) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ControlPlaneProcess.RunnerToken);
        var clock = Stopwatch.StartNew();

        var posting = Task.WhenAll(Enumerable.Range(0, Posters).Select(_ => Task.Run(async () =>
        {
            while (clock.Elapsed < duration)
            {
                var ids = Enumerable.Range(0, EventsPerCall).Select(_ => Guid.CreateVersion7()).ToArray();
                var body = Body(ids);

                // As a runner does: what was not taken is sent again, with the same ids, until it is.
                while (!await TryPostAsync(http, scene.Process.Address, body))
                {
                    Interlocked.Increment(ref turnedAway);
                    await Task.Delay(50);
                }

                Interlocked.Increment(ref calls);
                foreach (var id in ids) acknowledged.Enqueue(id);
            }
        })));
        var watching = Task.Run(async () =>
        {
            while (!posting.IsCompleted)
            {
                most = Math.Max(most, ResidentBytes(scene.Process.Id));
                await Task.Delay(50);
            }
        });
        var flooded = await AsksAsync(scene, posting);
        await posting;
        await watching;

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{calls} calls of {EventsPerCall} events in {clock.Elapsed.TotalSeconds:0.0} s, {turnedAway} turned away, memory {before >> 20} -> {most >> 20} MiB, " +
            $"status p99 {P99(idle):0.0} ms idle, {P99(flooded):0.0} ms flooded.");
        Assert.NotEqual(0, calls);
        Assert.NotEqual(0, turnedAway);
        Assert.InRange(most - before, long.MinValue, MaxGrowth);
        await scene.Process.Viewer.UntilRow("polygon", row => row["proof_of_use_count_24h"]?.GetValue<int>() == acknowledged.Count, "every event counted once");
        await scene.Process.KillAsync();
        AssertTableHolds(scene.DataDirectory, acknowledged);
    }

    private static async Task<bool> TryPostAsync(HttpClient http, Uri address, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new("application/x-ndjson");
        using var answer = await http.PostAsync(new Uri(address, "/api/usage-events"), content);
        if (answer.StatusCode == HttpStatusCode.OK)
        {
            var receipt = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
            Assert.Equal(EventsPerCall, receipt["accepted"]!.GetValue<int>() + receipt["duplicates"]!.GetValue<int>());
            return true;
        }

        Assert.True(answer.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable, $"{answer.StatusCode}");
        return false;
    }

    /// <summary>How long answers about the gate take until the work is done, in milliseconds.</summary>
    private static async Task<List<double>> AsksAsync(Scene scene, Task work)
    {
        var times = new List<double>();
        while (!work.IsCompleted)
        {
            var asked = Stopwatch.StartNew();
            Assert.Equal(HttpStatusCode.OK, (await scene.Process.Viewer.Get(Permit)).Status);
            times.Add(asked.Elapsed.TotalMilliseconds);
            await Task.Delay(10);
        }

        return times;
    }

    private static double P99(List<double> times) => times.Order().ElementAt(times.Count * 99 / 100);

    private static byte[] Body(Guid[] ids)
    {
        var at = DateTimeOffset.UtcNow.AddMinutes(-5).ToString("O", CultureInfo.InvariantCulture);
        var lines = new StringBuilder(ids.Length * 400);
        foreach (var id in ids)
        {
            lines.Append(CultureInfo.InvariantCulture, $$"""{"event_id":"{{id}}","occurred_at":"{{at}}","provider":"polygon","operation":"{{s_long}}","status":"ok","latency_ms":41,"bot_id":"momentum"}""");
            lines.Append('\n');
        }

        return Encoding.UTF8.GetBytes(lines.ToString());
    }

    private static long ResidentBytes(int process)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }

    private static void AssertTableHolds(string dataDirectory, IReadOnlyCollection<Guid> acknowledged)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(dataDirectory, "controlplane.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT event_id FROM integration_usage_events";
        var found = new List<Guid>();
        using var rows = command.ExecuteReader();
        while (rows.Read()) found.Add(new Guid((byte[])rows[0], bigEndian: true));
        Assert.Equal(acknowledged.Count, found.Count);
        Assert.Equal(acknowledged.Order(), found.Order());
    }
}
