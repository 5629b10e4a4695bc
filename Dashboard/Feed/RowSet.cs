using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace ControlPlane.Dashboard.Feed;

/// <summary>Replaces rows, and keeps the reference of those that say the same as before, so that they are not drawn again.</summary>
internal static class RowSet
{
    /// <summary>How many rows are new, different or gone.</summary>
    public static int Replace<T>(Dictionary<string, T> rows, IReadOnlyList<T> with, Func<T, string> key, JsonTypeInfo<T> form)
        where T : class
    {
        var before = new Dictionary<string, T>(rows, rows.Comparer);
        rows.Clear();
        var changed = 0;
        foreach (var row in with)
        {
            var same = before.Remove(key(row), out var old) && Same(old, row, form);
            rows[key(row)] = same ? old! : row;
            if (!same) changed++;
        }

        return changed + before.Count;
    }

    private static bool Same<T>(T one, T other, JsonTypeInfo<T> form) =>
        JsonSerializer.SerializeToUtf8Bytes(one, form).AsSpan().SequenceEqual(JsonSerializer.SerializeToUtf8Bytes(other, form));
}
