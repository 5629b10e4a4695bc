using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ControlPlane.ProviderSimulator.Answers;

/// <summary>Puts an answer on the wire.</summary>
internal static class AnswerWriter
{
    private const string TokenMark = "{token}";

    /// <summary>The body's bytes, with a new token in each place that asks for one.</summary>
    public static byte[] Body(AnswerScript answer, Func<string> newToken)
    {
        if (answer.Json is not { } json)
            return Encoding.UTF8.GetBytes(answer.Text ?? "");
        var node = JsonNode.Parse(json.GetRawText());
        return JsonSerializer.SerializeToUtf8Bytes(WithTokens(node, newToken));
    }

    /// <summary>Sets status and headers; Content-Length is that of the body.</summary>
    public static void Head(HttpResponse response, AnswerScript answer, long length)
    {
        response.StatusCode = answer.Status;
        foreach (var (name, value) in answer.Headers)
            response.Headers[name] = value;
        if (length > 0)
            response.ContentType = answer.ContentType;
        if (answer.Status is not (StatusCodes.Status204NoContent or StatusCodes.Status304NotModified))
            response.ContentLength = length;
    }

    public static async Task WriteAsync(HttpResponse response, AnswerScript answer, byte[] body, CancellationToken cancel)
    {
        Head(response, answer, body.Length);
        if (body.Length > 0)
            await response.Body.WriteAsync(body, cancel);
    }

    private static JsonNode? WithTokens(JsonNode? node, Func<string> newToken)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (var name in members.Select(static member => member.Key).ToList())
                    members[name] = WithTokens(members[name]?.DeepClone(), newToken);
                return members;
            case JsonArray items:
                for (var i = 0; i < items.Count; i++)
                    items[i] = WithTokens(items[i]?.DeepClone(), newToken);
                return items;
            case JsonValue value when value.TryGetValue<string>(out var text) && text == TokenMark:
                return JsonValue.Create(newToken());
            default:
                return node;
        }
    }
}
