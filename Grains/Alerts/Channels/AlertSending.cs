using System.Text;
using System.Text.Json;

namespace ControlPlane.Grains.Alerts.Channels;

/// <summary>Answers of a receiver: how a status reads, and how a body does where a 2xx is not all.</summary>
/// <param name="Accepts">Whether a good status with this body means that the message was taken.</param>
internal sealed record AlertCall(HttpMethod Method, Uri Address, HttpContent Content, Func<int, string, bool> Accepts)
{
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>Whether the receiver's answer must be read to know.</summary>
    public bool NeedsBody { get; init; }

    public static HttpContent Json(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return Bytes(buffer.ToArray(), "application/json");
    }

    public static HttpContent Text(string json) => Bytes(Encoding.UTF8.GetBytes(json), "application/json");

    public static HttpContent Form(params (string Name, string? Value)[] fields) =>
        new FormUrlEncodedContent(fields.Where(f => f.Value is not null).Select(f => KeyValuePair.Create(f.Name, f.Value!)));

    public static bool Success(int status) => status is >= 200 and <= 299;

    /// <summary>True when the body is a JSON object in which the member has this value.</summary>
    public static bool Says(string body, string member, string value)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty(member, out var found) && found.ToString().Equals(value, StringComparison.OrdinalIgnoreCase);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static ByteArrayContent Bytes(byte[] bytes, string type)
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new(type) { CharSet = "utf-8" };
        return content;
    }
}

/// <summary>The secrets of a channel while its request is built. Throws where one is missing.</summary>
internal sealed class AlertSecrets(Func<string, string?> find, AlertChannelOptions channel)
{
    /// <summary>The kind's secret.</summary>
    /// <exception cref="AlertSecretMissingException">It is not set.</exception>
    public string Secret => Of(channel.SecretVariable) ?? throw new AlertSecretMissingException();

    /// <summary>As <see cref="Secret"/>, for a channel that may have none: null when it names no variable.</summary>
    public string? Optional => channel.SecretVariable is null ? null : Secret;

    /// <summary>Whom the secret belongs to.</summary>
    /// <exception cref="AlertSecretMissingException">It is not set.</exception>
    public string User => Of(channel.UserVariable) ?? throw new AlertSecretMissingException();

    private string? Of(string? variable) => variable is null ? null : find(variable);

    public override string ToString() => nameof(AlertSecrets);
}

/// <summary>A variable that a channel names is not set on this host.</summary>
internal sealed class AlertSecretMissingException() : Exception("A variable of the channel is not set.");

/// <summary>The address that a variable holds is none.</summary>
internal sealed class AlertAddressInvalidException() : Exception("The address of the channel is not a whole https address.");
