using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>What was acknowledged is there once, whatever happened to the process meanwhile.</summary>
public sealed class DurabilityTests
{
    private const int BatchSize = 500;
    private const int Posters = 8;

    [Fact]
    public Task Events_UnderKillDashNine_EachAcknowledgedOneIsThereOnce() => PostUnderKills(batches: 40, kills: 3);

    [Fact(Explicit = true)]
    [Trait("Category", "Long")]
    public Task TwoHundredThousandEvents_UnderKillDashNine_EachAcknowledgedOneIsThereOnce() => PostUnderKills(batches: 400, kills: 12);

    private static async Task PostUnderKills(int batches, int kills)
    {
        await using var scene = await Scene.OpenAsync();
        var address = scene.Process.Address;
        var all = Batches(batches);
        var acknowledged = 0;
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ControlPlaneProcess.RunnerToken);

        var next = -1;
        var posting = Task.WhenAll(Enumerable.Range(0, Posters).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref next) is var index && index < all.Length)
            {
                await PostUntilAcknowledged(http, () => Volatile.Read(ref address), all[index]);
                Interlocked.Increment(ref acknowledged);
            }
        })));

        for (var kill = 1; kill <= kills && !posting.IsCompleted; kill++)
        {
            // At a point of the work, not of the clock; some batch is then always on its way.
            while (Volatile.Read(ref acknowledged) < all.Length * kill / (kills + 1) && !posting.IsCompleted) await Task.Delay(1);
            await scene.Process.KillAsync();
            await scene.StartAsync();
            Volatile.Write(ref address, scene.Process.Address);
        }

        await posting;
        await scene.Process.KillAsync();
        await scene.StartAsync();

        var expected = all.SelectMany(batch => batch).DistinctBy(e => e.Id).ToArray();
        var row = await scene.Process.Viewer.Row("polygon");
        Assert.Equal(expected.Length, row["proof_of_use_count_24h"]!.GetValue<int>());
        Assert.Equal(expected.Count(e => e.Failed), row["error_count_24h"]!.GetValue<int>());
        var detail = await scene.Process.Viewer.Get("/api/integrations/polygon");
        Assert.Equal(expected.Length, detail["usage_24h"].AsArray().Sum(hour => hour!["ok"]!.GetValue<int>() + hour["failed"]!.GetValue<int>()));
        await scene.Process.KillAsync();
        AssertTableHolds(scene.DataDirectory, expected);
    }

    /// <summary>10 % of each batch are events of the batch before, and one batch comes twice as a whole.</summary>
    private static (Guid Id, bool Failed)[][] Batches(int count)
    {
        var batches = new List<(Guid, bool)[]>();
        for (var i = 0; i < count; i++)
        {
            var repeated = batches.Count > 0 ? batches[^1].Take(BatchSize / 10) : [];
            batches.Add([.. repeated, .. Enumerable.Range(0, BatchSize - repeated.Count()).Select(n => (Guid.CreateVersion7(), n % 7 == 0))]);
        }

        batches.Insert(count / 2, batches[count / 2]);
        return [.. batches];
    }

    private static async Task PostUntilAcknowledged(HttpClient http, Func<Uri> address, (Guid Id, bool Failed)[] batch)
    {
        // Within the last minutes, as a bot reports.
        var at = DateTimeOffset.UtcNow.AddMinutes(-5);
        var body = string.Join('\n', batch.Select(e => JsonSerializer.Serialize(new
        {
            event_id = e.Id, occurred_at = at.ToString("O"), provider = "polygon", operation = "GET /v3/quotes", status = e.Failed ? "error" : "ok", latency_ms = 41, bot_id = "momentum",
        })));
        while (true)
        {
            try
            {
                using var content = new StringContent(body, Encoding.UTF8, "application/x-ndjson");
                using var answer = await http.PostAsync(new Uri(address(), "/api/usage-events"), content);
                if (answer.StatusCode == HttpStatusCode.OK)
                {
                    var receipt = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
                    Assert.Equal(batch.Length, receipt["accepted"]!.GetValue<int>() + receipt["duplicates"]!.GetValue<int>());
                    return;
                }

                Assert.True(answer.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable, $"{answer.StatusCode}");
            }
            catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException)
            {
                // The process is gone or going; nobody knows what became of the batch, so it is sent again.
            }

            await Task.Delay(20);
        }
    }

    private static void AssertTableHolds(string dataDirectory, (Guid Id, bool Failed)[] expected)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(dataDirectory, "controlplane.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT event_id FROM integration_usage_events";
        var found = new List<Guid>();
        using (var rows = command.ExecuteReader())
        {
            while (rows.Read()) found.Add(new Guid((byte[])rows[0], bigEndian: true));
        }

        Assert.Equal(expected.Length, found.Count);
        Assert.Equal(expected.Select(e => e.Id).Order(), found.Order());
        command.CommandText = "SELECT SUM(calls) FROM usage_seconds";
        Assert.Equal((long)expected.Length, command.ExecuteScalar());
    }
}
