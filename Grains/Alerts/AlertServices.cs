using ControlPlane.Abstractions;
using ControlPlane.Grains.Alerts.Channels;
using ControlPlane.Grains.Alerts.Commands;
using ControlPlane.Grains.Alerts.Watching;
using ControlPlane.Grains.Gates.Node;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace ControlPlane.Grains.Alerts;

/// <summary>Registers alerts.</summary>
internal static class AlertServices
{
    /// <summary>On a host that runs grains.</summary>
    public static IServiceCollection AddAlerts(this IServiceCollection services, AlertSettings settings)
    {
        services.AddSingleton(settings);
        services.AddSingleton<AlertFeed>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IAlertChannel, HttpAlertChannel>());
        services.AddSingleton<AlertSender>();
        services.AddSingleton(settings.Commands);
        services.AddSingleton<ChatCalls>();
        services.TryAddSingleton<IChatDesk, ChatDesk>();

        // One of each an activation; its outbox and the grain itself share the rows.
        services.AddScoped<AlertRows>();
        services.AddScoped<AlertOutbox>();
        services.AddScoped<AlertWatcher>();
        services.AddScoped<DeadMan>();
        services.AddScoped<IChatListener, TelegramListener>();
        services.AddScoped<IChatListener, DiscordListener>();
        services.AddScoped<ChatListeners>();
        return services;
    }

    /// <summary>On every node.</summary>
    public static IServiceCollection AddNodeReadinessReports(this IServiceCollection services) => services.AddHostedService<NodeReadinessReports>();
}

/// <summary>Tells the alerts while the gate does not take this node.</summary>
internal sealed class NodeReadinessReports(NodeGate gate, NodeIdentity identity, IGrainFactory grains, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan s_every = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            if (gate.Read().Refusal is not GateRefusal.None and var refusal) await TellAsync(refusal).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Task.Delay(s_every, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // One way, and again in two seconds: nothing is done about a failure.
    private async Task TellAsync(GateRefusal refusal) => await grains.GetGrain<IAlertGrain>(0).NodeNotReady(identity.Name, refusal);
}
