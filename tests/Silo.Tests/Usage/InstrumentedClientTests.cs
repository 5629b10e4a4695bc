using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Secrets;
using ControlPlane.Grains.Secrets.Keys;
using ControlPlane.Grains.Usage;
using ControlPlane.ProviderSimulator;
using ControlPlane.Silo.Hosting;
using ControlPlane.Silo.Hosting.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Silo.Tests.Usage;

/// <summary>A bot inside the cluster, its client, a provider, and the table.</summary>
public sealed class InstrumentedClientTests : IDisposable
{
    private const string Key = "InstrumentedClientCanaryKey00001";
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("instrumented-client-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _data.Delete(recursive: true);

    [Fact]
    public async Task Client_CallsTheProvider_RowFieldsAndFiguresAreThereAndNoKey()
    {
        await using var simulator = await SimulatorHost.StartAsync(new SimulatorOptions { TlsPort = 0 }, Cancel);
        simulator.SetKey("polygon", "POLYGON_API_KEY", Key);
        using var host = Build();
        await host.StartAsync(Cancel);
        var polygon = host.Services.GetRequiredService<IGrainFactory>().GetGrain<IProviderGrain>("polygon");
        Assert.Equal(0, (await polygon.GetStatus())!.Usage!.Count24h);
        var client = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient("polygon");

        using var activity = new Activity("decision").SetIdFormat(ActivityIdFormat.W3C).Start();
        using (IntegrationUsageScope.ForBot("momentum-es", "u1"))
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"{simulator.BaseUrl("polygon")}/v1/marketstatus/now?apiKey={Key}"));
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Key);
            using var good = await client.SendAsync(request, Cancel);
            Assert.Equal(HttpStatusCode.OK, good.StatusCode);
            using var bad = await client.GetAsync(new Uri($"{simulator.BaseUrl("polygon")}/v1/marketstatus/now?apiKey=wrong"), Cancel);
            Assert.Equal(HttpStatusCode.Unauthorized, bad.StatusCode);
        }

        var store = host.Services.GetRequiredService<IUsageEventStore>();
        var rows = await Until(async () => (await store.PageAsync("polygon", 10, null, Cancel)).Items, items => items.Length == 2);
        var committed = Stopwatch.StartNew();
        var figures = await Until(async () => (await polygon.GetStatus())!.Usage!, usage => usage.Count24h == 2);
        TestContext.Current.SendDiagnosticMessage($"The status showed it {committed.ElapsedMilliseconds} ms after the row was seen.");

        var row = rows.Single(r => r.Status == UsageStatus.Ok);
        Assert.Equal(
            ("momentum-es", "u1", "polygon", "GET /polygon/v1/marketstatus/now", (int?)200, activity.TraceId.ToHexString()),
            (row.BotId, row.UserId, row.Provider, row.Operation, row.HttpStatus, row.TraceId));
        Assert.InRange(row.LatencyMs!.Value, 0, 60_000);
        Assert.Equal((UsageStatus.Error, 401), (rows.Single(r => r != row).Status, rows.Single(r => r != row).HttpStatus!.Value));
        Assert.Equal((1L, "momentum-es", rows.Max(r => r.OccurredAt)), (figures.Errors24h!.Value, figures.LastUsedByBot!, figures.LastUsedAt!.Value));
        await host.StopAsync(Cancel);
        host.Dispose();
        foreach (var file in _data.EnumerateFiles("*", SearchOption.AllDirectories))
            Assert.DoesNotContain(Key, System.Text.Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file.FullName, Cancel)), StringComparison.Ordinal);
    }

    private IHost Build()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.SetMinimumLevel(LogLevel.None);
        var settings = SiloSettings.Read(builder.Configuration);
        builder.Services.AddSingleton(new ControlPlaneKeys(new Secret("root-secret-of-the-tests-0123456789")));
        builder.AddControlPlaneSecrets(settings);
        builder.AddControlPlaneSilo(settings, _data.FullName);
        builder.Services.AddHttpClient("polygon").AddIntegrationUsage("polygon");
        return builder.Build();
    }

    // On the real clock: the sender, the commit and the delta are threads of the program's own.
    private static async Task<T> Until<T>(Func<Task<T>> read, Func<T, bool> condition)
    {
        var end = DateTime.UtcNow.AddSeconds(30);
        while (true)
        {
            var value = await read();
            if (condition(value)) return value;
            Assert.True(DateTime.UtcNow < end, $"Not in time: {value}");
            await Task.Delay(5, Cancel);
        }
    }
}
