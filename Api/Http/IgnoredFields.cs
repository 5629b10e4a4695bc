using System.Buffers;
using System.Text;
using System.Text.Json;

namespace ControlPlane.Api.Http;

/// <summary>Names of unknown fields in a request's body. A misspelt limit would not hold, and its sender must see that.
/// Names alone, never a value, and only names that look like ones.</summary>
internal sealed class IgnoredFields
{
    private const int MaxNames = 20;
    private const int MaxLength = 64;

    /// <summary>Stands for names that are too long, or no names.</summary>
    private const string Odd = "(another name)";

    private static readonly SearchValues<char> s_name = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-");
    private static readonly SearchValues<byte> s_utf8Name = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-"u8);
    private readonly List<string> _names = [];

    /// <summary>Each once, in the order of the body.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>Those of the request, to be added to.</summary>
    public static IgnoredFields Of(HttpContext context)
    {
        if (context.Features.Get<IgnoredFields>() is { } known) return known;
        var ignored = new IgnoredFields();
        context.Features.Set(ignored);
        return ignored;
    }

    /// <param name="within">Name of the field that the object belongs to, with a dot; empty for the body itself.</param>
    public void Add(string within, string name) => Keep(name.Length is 0 or > MaxLength || name.AsSpan().ContainsAnyExcept(s_name) ? within + Odd : within + name);

    /// <summary>The name that the reader stands on.</summary>
    public void Add(ref Utf8JsonReader reader)
    {
        var name = reader.ValueSpan;
        Keep(reader.HasValueSequence || name.Length is 0 or > MaxLength || name.ContainsAnyExcept(s_utf8Name) ? Odd : Encoding.ASCII.GetString(name));
    }

    /// <summary>An answer with the member <c>ignored</c> at its end; the answer itself when nothing was ignored.</summary>
    /// <param name="answer">A JSON object.</param>
    public static byte[] AddTo(HttpContext context, byte[] answer)
    {
        if (context.Features.Get<IgnoredFields>() is not { _names.Count: > 0 } ignored || answer is not [(byte)'{', .., (byte)'}']) return answer;
        var names = JsonSerializer.SerializeToUtf8Bytes(ignored.Names);
        return [.. answer.AsSpan(..^1), .. answer.Length > 2 ? ","u8 : default, .. "\"ignored\":"u8, .. names, (byte)'}'];
    }

    public static bool AnyIn(HttpContext context) => context.Features.Get<IgnoredFields>() is { _names.Count: > 0 };

    private void Keep(string name)
    {
        if (_names.Count < MaxNames && !_names.Contains(name)) _names.Add(name);
    }
}
