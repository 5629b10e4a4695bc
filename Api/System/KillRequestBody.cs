using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using ControlPlane.Api.Http;

namespace ControlPlane.Api.SystemControl;

/// <summary>What a kill's body says. Nothing in it is needed, and nothing in it can fail: what can't be read counts as absent.</summary>
/// <param name="Reason">Made printable; null when absent.</param>
/// <param name="CancelOpenOrders"><c>opening</c>, <c>all</c>, or null for nothing.</param>
/// <param name="Ignored">Names of what was there and could not be read, or means nothing here.</param>
internal sealed record KillRequestBody(string? Reason, string? CancelOpenOrders, ImmutableArray<string> Ignored)
{
    public const string Opening = "opening";
    public const string All = "all";
    private const string None = "none";
    private const string ReasonName = "reason";
    private const string CancelName = "cancel_open_orders";
    private const int MaxIgnored = 20;

    /// <summary>Largest body that is looked at.</summary>
    internal const int MaxBytes = 64 * 1024;
    internal static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    private static KillRequestBody Absent { get; } = new(null, null, []);

    private static KillRequestBody Unreadable { get; } = new(null, null, ["body"]);

    /// <summary>Reads a body of any type within <see cref="Limit"/>. Never fails.</summary>
    public static async Task<KillRequestBody> ReadAsync(HttpContext context, TimeProvider time)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(MaxBytes + 1);
        try
        {
            using var limit = new CancellationTokenSource(Limit, time);
            var length = 0;
            while (true)
            {
                var count = await context.Request.Body.ReadAsync(buffer.AsMemory(length, MaxBytes + 1 - length), limit.Token);
                if (count == 0) break;
                length += count;
                if (length > MaxBytes) return Unreadable;
            }

            return length == 0 ? Absent : Parse(buffer.AsMemory(0, length));
        }
        catch (Exception)
        {
            // Too slow, broken off, no JSON: the kill does not wait for better.
            return Unreadable;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    internal static KillRequestBody Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 8 });
            if (document.RootElement.ValueKind == JsonValueKind.Null) return Absent;
            return document.RootElement.ValueKind == JsonValueKind.Object ? Parse(document.RootElement) : Unreadable;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return Unreadable;
        }
    }

    private static KillRequestBody Parse(JsonElement root)
    {
        string? reason = null, cancel = null;
        var ignored = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var property in root.EnumerateObject())
        {
            var name = TextRules.Sanitize(property.Name, 64) ?? "";
            var read = true;
            if (!seen.Add(name)) (read, reason, cancel) = (false, name == ReasonName ? null : reason, name == CancelName ? null : cancel);
            else if (name == ReasonName) read = TryText(property.Value, out reason);
            else if (name == CancelName) read = TryCancel(property.Value, out cancel);
            else read = false;
            if (!read && ignored.Count < MaxIgnored && !ignored.Contains(name)) ignored.Add(name);
        }

        return new KillRequestBody(reason, cancel, [.. ignored]);
    }

    private static bool TryText(JsonElement value, out string? text)
    {
        text = null;
        if (value.ValueKind == JsonValueKind.Null) return true;
        if (value.ValueKind != JsonValueKind.String) return false;
        try
        {
            text = TextRules.Sanitize(value.GetString(), TextRules.MaxReason);
            return true;
        }
        catch (InvalidOperationException)
        {
            // No UTF-8, or half a surrogate pair.
            return false;
        }
    }

    private static bool TryCancel(JsonElement value, out string? cancel)
    {
        cancel = null;
        if (value.ValueKind is JsonValueKind.Null or JsonValueKind.False) return true;
        if (value.ValueKind == JsonValueKind.True)
        {
            cancel = Opening;
            return true;
        }

        if (!TryText(value, out var word)) return false;
        cancel = word is Opening or All ? word : null;
        return cancel is not null || word is None or null;
    }
}
