using ControlPlane.Abstractions;
using ControlPlane.Grains.Secrets;
using ControlPlane.Grains.Secrets.Keys;
using ControlPlane.Silo.Hosting;
using ControlPlane.Silo.Hosting.Settings;
using ControlPlane.Silo.Storage.Embedded;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Silo.Tests.Usage;

/// <summary>The embedded store stops to answer beneath a silo, as a disk that hangs does, and comes back.</summary>
public sealed class StoreLossTests : IDisposable
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("store-loss-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _data.Delete(recursive: true);

    [Fact]
    public async Task Figures_StoreHangs_AreNullForIdleProviders_AndBackByThemselves()
    {
        using var host = Build();
        await host.StartAsync(Cancel);
        var grains = host.Services.GetRequiredService<IGrainFactory>();
        IProviderGrain[] providers = [grains.GetGrain<IProviderGrain>("polygon"), grains.GetGrain<IProviderGrain>("oanda")];
        await UntilAsync(async () => (await StatusesAsync(providers)).All(s => s.Usage is { Count24h: 0 }), "figures");

        using (var release = new ManualResetEventSlim())
        {
            var held = host.Services.GetRequiredService<EmbeddedDatabase>().WriteAsync(
                WriteLane.Control,
                1,
                _ =>
                {
                    release.Wait();
                    return 0;
                },
                CancellationToken.None);
            await UntilAsync(
                async () => (await StatusesAsync(providers)).All(s => s.Usage is null && s.Unavailable.Any(u => u is { Field: "proof_of_use_count_24h", Code: Codes.DataUnavailable })),
                "no figures");
            release.Set();
            await held;
        }

        await UntilAsync(async () => (await StatusesAsync(providers)).All(s => s is { Usage.Count24h: 0, Unavailable: [] }), "figures again");
        await host.StopAsync(Cancel);
    }

    private static Task<ProviderStatus[]> StatusesAsync(IProviderGrain[] providers) =>
        Task.WhenAll(providers.Select(async p => (await p.GetStatus())!));

    // On the real clock: the writer is a thread of its own.
    private static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        var end = DateTime.UtcNow.AddSeconds(40);
        while (!await condition())
        {
            Assert.True(DateTime.UtcNow < end, $"Not within 40 s: {what}");
            await Task.Delay(20, Cancel);
        }
    }

    private IHost Build()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.Configuration["ControlPlane:Usage:ReconcileSeconds"] = "3600";
        var settings = SiloSettings.Read(builder.Configuration);
        builder.Services.AddSingleton(new ControlPlaneKeys(new Secret("root-secret-of-the-tests-0123456789")));
        builder.AddControlPlaneSecrets(settings);
        builder.AddControlPlaneSilo(settings, _data.FullName);
        return builder.Build();
    }
}
