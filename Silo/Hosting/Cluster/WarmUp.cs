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

/// <summary>Compiles the code of every grain soon after the start, and uses the store once. A silo may run the gate for the first
/// time after another silo died. JIT compilation at that point took longer than the rest of a failover.</summary>
internal sealed partial class WarmUp(IGrainFactory grains, ILocalSiloDetails self, ILogger<WarmUp> logger) : BackgroundService
{
    private static readonly (Assembly Assembly, string Namespace)[] s_needed =
    [
        (typeof(StateNames).Assembly, ""),
        (typeof(ISystemGateGrain).Assembly, ""),
        (typeof(WarmUp).Assembly, "ControlPlane.Silo.Storage.Postgres"),
        (typeof(WarmUp).Assembly, "ControlPlane.Silo.Hosting.Cluster"),
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

        // A thread of its own, which pauses between types. On the thread pool it would delay the grains.
        var thread = new Thread(() => TryPrepareAll(stoppingToken)) { IsBackground = true, Name = "warm-up" };
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

    [LoggerMessage(EventIds.StandbyPrepared, LogLevel.Information, "Warmed up: {Count} methods compiled in {ElapsedMs} ms.")]
    private static partial void LogPrepared(ILogger logger, int count, long elapsedMs);

    [LoggerMessage(EventIds.StandbyNotPrepared, LogLevel.Warning, "The warm-up could not compile all methods. A failover to this silo takes longer.")]
    private static partial void LogNotPrepared(ILogger logger, Exception exception);

    [LoggerMessage(EventIds.StandbyNotRehearsed, LogLevel.Warning, "The warm-up could not use the store. A failover to this silo takes longer.")]
    private static partial void LogNotRehearsed(ILogger logger, Exception exception);
}

internal static class WarmUpExtensions
{
    public static ISiloBuilder AddWarmUp(this ISiloBuilder silo)
    {
        silo.Services.AddHostedService<WarmUp>();
        return silo;
    }
}
