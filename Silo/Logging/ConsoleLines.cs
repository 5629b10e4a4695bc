namespace ControlPlane.Silo.Logging;

/// <summary>Lines for the person who started the program. An output that is blocked, full or closed loses them and holds nobody.</summary>
/// <remarks>The framework's console writes under one lock, for both outputs, so that a blocked one would hold every caller for good.</remarks>
internal static class ConsoleLines
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(1);

    public static Task WriteAsync(params IEnumerable<string> lines) => WriteAsync(static () => Console.Out, lines);

    public static Task WriteErrorAsync(params IEnumerable<string> lines) => WriteAsync(static () => Console.Error, lines);

    /// <summary>Runs what touches the console, for at most a second. Never throws for what the output does.</summary>
    public static async Task TryAsync(Action touch)
    {
        try
        {
            await Task.Factory.StartNew(touch, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).WaitAsync(s_limit).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or TimeoutException or ObjectDisposedException)
        {
            // Nobody reads there, or nothing more goes in.
        }
    }

    private static Task WriteAsync(Func<TextWriter> console, IEnumerable<string> lines)
    {
        var text = string.Concat(lines.Select(line => line + Environment.NewLine));
        return TryAsync(() =>
        {
            console().Write(text);
            console().Flush();
        });
    }
}
