using System.Collections;
using System.Text;

namespace ControlPlane.Silo.Logging;

/// <summary>An exception as text for one log line: type, message, top frames and data, of it and of each inner one.</summary>
internal static class ExceptionText
{
    private const int MaxExceptions = 16;
    private const int MaxEntries = 32;

    /// <summary>Frames of each exception. The failure is at the top; below come the loops of the framework.</summary>
    private const int MaxFrames = 8;

    private const int MaxMessage = 8 * 1024;

    public static string Of(Exception exception)
    {
        var text = new StringBuilder();
        foreach (var member in Tree(exception))
            Append(text, member);
        return text.ToString();
    }

    /// <summary>The exception first, then what is inside it, outermost first.</summary>
    private static List<Exception> Tree(Exception root)
    {
        var seen = new List<Exception>();
        var open = new Queue<Exception>([root]);
        while (seen.Count < MaxExceptions && open.TryDequeue(out var exception))
        {
            if (seen.Contains(exception, ReferenceEqualityComparer.Instance))
                continue;
            seen.Add(exception);
            foreach (var inner in exception is AggregateException several ? several.InnerExceptions : [])
                open.Enqueue(inner);
            if (exception.InnerException is { } cause)
                open.Enqueue(cause);
        }
        return seen;
    }

    private static void Append(StringBuilder text, Exception exception)
    {
        if (text.Length > 0)
            text.Append(" ---> ");
        var start = text.Length;
        try
        {
            text.Append(exception.GetType());
            var message = exception.Message;
            text.Append(": ").Append(message.Length > MaxMessage ? message[..MaxMessage] : message);
            AppendFrames(text, exception.StackTrace);
            AppendData(text, exception);
        }
#pragma warning disable CA1031 // An exception may override its members and fail in them; its type must do.
        catch (Exception)
#pragma warning restore CA1031
        {
            text.Length = start;
            text.Append(exception.GetType());
        }
    }

    private static void AppendFrames(StringBuilder text, string? stack)
    {
        var frames = (stack ?? "").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        foreach (var frame in frames.Take(MaxFrames))
            text.Append(' ').Append(frame);
        if (frames.Length > MaxFrames)
            text.Append(" (").Append(frames.Length - MaxFrames).Append(" more)");
    }

    private static void AppendData(StringBuilder text, Exception exception)
    {
        foreach (var entry in exception.Data.Cast<DictionaryEntry>().Take(MaxEntries))
        {
            var key = Convert.ToString(entry.Key) ?? "";
            text.Append(' ').Append(key).Append(" = ").Append(OmittedProperties.Contains(key) ? OmittedProperties.Placeholder : entry.Value);
        }
    }
}
