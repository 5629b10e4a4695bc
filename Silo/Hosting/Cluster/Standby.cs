using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;
using ControlPlane.Abstractions;
using ControlPlane.Grains;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Hosting;
using Orleans.Runtime;

namespace ControlPlane.Silo.Hosting.Cluster;

/// <summary>Has the code of every grain compiled soon after the start, and the way to the store walked once. A silo may run the gate for the first
/// time after another silo died. JIT compilation at that point took longer than the rest of a failover.</summary>
internal sealed partial class Standby(IGrainFactory grains, ILocalSiloDetails self, ILogger<Standby> logger) : BackgroundService
{
    private static readonly (Assembly Assembly, string Namespace)[] s_needed =
    [
        (typeof(StateNames).Assembly, ""),
        (typeof(ISystemGateGrain).Assembly, ""),
        (typeof(Standby).Assembly, "ControlPlane.Silo.Storage.Postgres"),
        (typeof(Standby).Assembly, "ControlPlane.Silo.Hosting.Cluster"),
    ];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        try
        {
            await grains.GetGrain<IStandbyGrain>(self.SiloAddress.Endpoint.ToString()).Rehearse();
        }
        catch (Exception e)
        {
            LogNotRehearsed(logger, e);
        }

        // A thread of its own, which pauses between types: on the pool it would hold up the grains.
        var thread = new Thread(() => TryPrepareAll(stoppingToken)) { IsBackground = true, Name = "standby" };
        thread.Start();
    }

    /// <summary>Whatever goes wrong costs time at a failover, not the process.</summary>
    private void TryPrepareAll(CancellationToken stoppingToken)
    {
        try
        {
            Prepare(stoppingToken);
        }
        catch (Exception e)
        {
            LogNotPrepared(logger, e);
        }
    }

    private void Prepare(CancellationToken stoppingToken)
    {
        var from = Stopwatch.GetTimestamp();
        var methods = 0;
        foreach (var (assembly, space) in s_needed)
        {
            foreach (var type in assembly.GetTypes().Where(t => !t.ContainsGenericParameters && (t.Namespace ?? "").StartsWith(space, StringComparison.Ordinal)))
            {
                if (stoppingToken.IsCancellationRequested) return;
                foreach (var method in type.GetMethods(BindingFlags.DeclaredOnly | BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
                {
                    if (method.IsAbstract || method.ContainsGenericParameters) continue;
                    if (TryPrepare(method)) methods++;
                }

                // The silo works meanwhile; this is in no hurry.
                Thread.Sleep(1);
            }
        }

        LogPrepared(logger, methods, (long)Stopwatch.GetElapsedTime(from).TotalMilliseconds);
    }

    /// <summary>False for what the runtime can't compile ahead, such as methods of the operating system.</summary>
    private static bool TryPrepare(MethodInfo method)
    {
        try
        {
            RuntimeHelpers.PrepareMethod(method.MethodHandle);
            return true;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return false;
        }
    }

    [LoggerMessage(EventIds.StandbyPrepared, LogLevel.Information, "Stands by: {Count} methods compiled in {ElapsedMs} ms.")]
    private static partial void LogPrepared(ILogger logger, int count, long elapsedMs);

    [LoggerMessage(EventIds.StandbyNotPrepared, LogLevel.Warning, "Code could not be compiled beforehand; a failover to this silo takes longer.")]
    private static partial void LogNotPrepared(ILogger logger, Exception exception);

    [LoggerMessage(EventIds.StandbyNotRehearsed, LogLevel.Warning, "The way to the store could not be walked beforehand; a failover to this silo takes longer.")]
    private static partial void LogNotRehearsed(ILogger logger, Exception exception);
}

internal static class StandbyExtensions
{
    public static ISiloBuilder AddStandby(this ISiloBuilder silo)
    {
        silo.Services.AddHostedService<Standby>();
        return silo;
    }
}
