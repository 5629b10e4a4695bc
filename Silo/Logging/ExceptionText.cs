using System.Collections;
using System.Text;

namespace ControlPlane.Silo.Logging;

/// <summary>All an exception has to tell: its text with stacks and inner ones, and the data of the whole tree.</summary>
internal static class ExceptionText
{
    private const int MaxExceptions = 32;
    private const int MaxEntries = 32;

    public static string Of(Exception exception)
    {
        var text = new StringBuilder();
        try
        {
            text.Append(exception);
        }
#pragma warning disable CA1031 // An exception may override ToString and fail in it; its type must do.
        catch (Exception)
#pragma warning restore CA1031
        {
            text.Append(exception.GetType());
        }
        foreach (var member in Tree(exception))
            AppendData(text, member);
        return text.ToString();
    }

    private static List<Exception> Tree(Exception root)
    {
        var seen = new List<Exception>();
        var open = new Stack<Exception>([root]);
        while (seen.Count < MaxExceptions && open.TryPop(out var exception))
        {
            if (seen.Contains(exception))
                continue;
            seen.Add(exception);
            if (exception.InnerException is { } inner)
                open.Push(inner);
            if (exception is AggregateException aggregate)
            {
                foreach (var member in aggregate.InnerExceptions)
                    open.Push(member);
            }
        }
        return seen;
    }

    private static void AppendData(StringBuilder text, Exception exception)
    {
        foreach (var entry in exception.Data.Cast<DictionaryEntry>().Take(MaxEntries))
        {
            var key = Convert.ToString(entry.Key) ?? "";
            text.Append('\n').Append(key).Append(" = ").Append(OmittedProperties.Contains(key) ? OmittedProperties.Placeholder : entry.Value);
        }
    }
}
