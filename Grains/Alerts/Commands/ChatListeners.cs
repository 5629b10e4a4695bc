using ControlPlane.Grains.Integrations.Verification.Network;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grains.Alerts.Commands;

/// <summary>Keeps the listeners going while the activation that decides alerts lives: there is one in a cluster, and a chat has one listener.</summary>
internal sealed partial class ChatListeners(IEnumerable<IChatListener> listeners, TimeProvider time, ILogger<ChatListeners> logger) : IDisposable
{
    /// <summary>After this time of listening the back-off starts again.</summary>
    private static readonly TimeSpan s_steady = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _ending = new();
    private Task[] _running = [];

    public void Start() => _running = [.. listeners.Where(l => l.Settings is not null).Select(l => Task.Run(() => KeepAsync(l, l.Settings!, _ending.Token)))];

    /// <summary>Nothing is waited for: a successor may listen while a call here still ends.</summary>
    public void Dispose()
    {
        _ending.Cancel();
        _ending.Dispose();
    }

    private async Task KeepAsync(IChatListener listener, ChatListenerSettings settings, CancellationToken cancellationToken)
    {
        var failedInRow = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            ChatPause pause;
            var startedAt = time.GetTimestamp();
            try
            {
                pause = await listener.ListenAsync(settings, cancellationToken);
            }
            catch (Exception e)
            {
                if (cancellationToken.IsCancellationRequested) return;

                // Not the exception itself: the address of a call holds the token.
                pause = ChatPause.Short(e is OperationCanceledException ? "timeout" : FaultReader.CodeOf(e, answered: false));
            }

            failedInRow = time.GetElapsedTime(startedAt) < s_steady ? failedInRow + 1 : 1;
            var wait = pause.After(failedInRow);
            LogPaused(logger, listener.Kind, pause.Code, (int)wait.TotalSeconds);
            await Task.Delay(wait, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(EventIds.ChatListeningPaused, LogLevel.Warning, "Commands from {Kind} are not received: {Code}. Next try in {Seconds} s.")]
    private static partial void LogPaused(ILogger logger, string kind, string code, int seconds);
}
