using System.Collections.Concurrent;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Alerts;
using ControlPlane.Grains.Alerts.Channels;

namespace ControlPlane.Grains.Tests.Alerts;

/// <summary>Stands for every webhook of a test cluster: keeps what arrived, and fails or hangs when told.</summary>
internal sealed class ScriptedReceiver : IAlertChannel
{
    public ConcurrentQueue<(string Channel, AlertMessage Message)> Arrived { get; } = new();
    public ConcurrentDictionary<string, string> Failing { get; } = new();
    public ConcurrentDictionary<string, bool> Hanging { get; } = new();

    public int Attempts => _attempts;

    private int _attempts;

    public bool Handles(string kind) => kind is "webhook" or "discord" or "ntfy" or "smtp";

    public async Task<AlertDelivery> SendAsync(AlertChannelOptions channel, AlertMessage message, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _attempts);
        var name = channel.Url!.Host.Split('.')[0];
        if (Hanging.ContainsKey(name)) await Task.Delay(Timeout.Infinite, CancellationToken.None);
        if (Failing.TryGetValue(name, out var code)) return AlertDelivery.Failed(code, 500);
        Arrived.Enqueue((name, message));
        return AlertDelivery.Done(200);
    }

    /// <summary>Events and kinds as a channel heard them.</summary>
    public string[] Heard(string channel) => [.. Arrived.Where(a => a.Channel == channel && a.Message.Event != AlertEvent.Test).Select(a => $"{AlertText.Word(a.Message.Event)} {a.Message.Alert.Kind} {a.Message.Alert.Subject}")];

    /// <summary>Settings with channels of these names.</summary>
    public static AlertSettings Settings(Action<AlertOptions>? change = null, QuietHours? quiet = null, params string[] channels)
    {
        var options = new AlertOptions { HoldSeconds = 5, TestEverySeconds = 0, AuditCheckSeconds = 5 };
        change?.Invoke(options);
        var all = channels.ToDictionary(n => n, n => new AlertChannelOptions { Kind = "webhook", Url = new Uri($"https://{n}.example/hook") }, StringComparer.Ordinal);
        return new(options, System.Collections.Immutable.ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, all), AlertRouteTable.Everything([.. channels]), quiet);
    }
}
