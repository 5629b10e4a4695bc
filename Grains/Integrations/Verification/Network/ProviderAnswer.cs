using System.Text;
using System.Text.Json;

namespace ControlPlane.Grains.Integrations.Verification.Network;

/// <summary>A provider's answer while it is evaluated. It may hold secrets: it is never kept, logged or shown.</summary>
internal sealed class ProviderAnswer
{
    private const int DeepestJson = 64;
    private readonly IReadOnlyDictionary<string, string> _headers;

    public ProviderAnswer(int status, IReadOnlyDictionary<string, string> headers, byte[] body)
    {
        Status = status;
        _headers = headers;
        Text = Encoding.UTF8.GetString(body);
        Json = Parse(body);
    }

    private ProviderAnswer(ProviderAnswer whole, JsonElement part)
    {
        (Status, _headers, Text, Json, Context) = (whole.Status, whole._headers, whole.Text, part, whole.Context);
    }

    public int Status { get; }

    public AnswerContext Context { get; init; } = AnswerContext.None;
    public string Text { get; }

    /// <summary>Null when the body is no JSON.</summary>
    public JsonElement? Json { get; }

    public bool IsEmpty => string.IsNullOrWhiteSpace(Text);

    public bool ClaimsJson => Header("Content-Type")?.Contains("json", StringComparison.OrdinalIgnoreCase) == true;

    public bool IsHtml
    {
        get
        {
            if (Header("Content-Type")?.Contains("text/html", StringComparison.OrdinalIgnoreCase) == true)
                return Json is null;
            var start = Text.AsSpan().TrimStart("\uFEFF \t\r\n");
            return start.StartsWith("<!doctype html", StringComparison.OrdinalIgnoreCase) || start.StartsWith("<html", StringComparison.OrdinalIgnoreCase);
        }
    }

    /// <summary>The same answer, seen from a part of its body.</summary>
    public ProviderAnswer At(JsonElement part) => new(this, part);

    public string? Header(string name) => _headers.GetValueOrDefault(name);

    public override string ToString() => nameof(ProviderAnswer);

    private static JsonElement? Parse(byte[] body)
    {
        try
        {
            var text = body is [0xEF, 0xBB, 0xBF, ..] ? body.AsMemory(3) : body;
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = DeepestJson });
            return IsText(document.RootElement) ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // Half a surrogate pair passes the parser and throws when it is read.
    private static bool IsText(JsonElement element)
    {
        try
        {
            return element.ValueKind switch
            {
                JsonValueKind.String => element.GetString() is not null,
                JsonValueKind.Array => element.EnumerateArray().All(IsText),
                JsonValueKind.Object => element.EnumerateObject().All(member => member.Name is not null && IsText(member.Value)),
                _ => true,
            };
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
