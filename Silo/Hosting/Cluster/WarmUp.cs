using System.Diagnostics;
using ControlPlane.Abstractions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Hosting;
using Orleans.Runtime;

namespace ControlPlane.Silo.Hosting.Cluster;

/// <summary>Uses the store and a gate's own code once, soon after the start: a silo may run the gate for the first time after another silo died.</summary>
internal sealed partial class WarmUp(IGrainFactory grains, ILocalSiloDetails self, ILogger<WarmUp> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        var from = Stopwatch.GetTimestamp();
        try
        {
            await grains.GetGrain<IStandbyGrain>(self.SiloAddress.Endpoint.ToString()).Rehearse();
            LogWarm(logger, (long)Stopwatch.GetElapsedTime(from).TotalMilliseconds);
        }
        catch (Exception e)
        {
            LogNotWarm(logger, e);
        }
    }

    [LoggerMessage(EventIds.WarmUpDone, LogLevel.Information, "Warmed up in {ElapsedMs} ms: this silo can take the gate over.")]
    private static partial void LogWarm(ILogger logger, long elapsedMs);

    [LoggerMessage(EventIds.WarmUpFailed, LogLevel.Warning, "The warm-up could not use the store. A failover to this silo takes longer.")]
    private static partial void LogNotWarm(ILogger logger, Exception exception);
}

internal static class WarmUpExtensions
{
    public static ISiloBuilder AddWarmUp(this ISiloBuilder silo)
    {
        silo.Services.AddHostedService<WarmUp>();
        return silo;
    }
}
