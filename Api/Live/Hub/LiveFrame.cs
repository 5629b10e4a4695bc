using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ControlPlane.Api.Live.Hub;

/// <summary>A message to one client: what all clients share was written once; only stream and sequence are this client's own.</summary>
/// <param name="member">Name of the member that holds <paramref name="body"/>; null for a body that is the object's further members and its closing brace.</param>
/// <param name="written">Called while it is being written to the connection: whatever is sent from then on comes after it.</param>
internal sealed class LiveFrame(string streamId, long seq, string? member, ReadOnlyMemory<byte> body, Action? written = null)
{
    /// <summary>The whole object, as JSON.</summary>
    public ReadOnlyMemory<byte> ToJson()
    {
        var writer = new ArrayBufferWriter<byte>(body.Length + 128);
        writer.Write("{\"stream_id\":\""u8);
        writer.Write(Encoding.ASCII.GetBytes(streamId));
        writer.Write(Encoding.ASCII.GetBytes(string.Create(null, $"\",\"seq\":{seq},")));
        if (member is null)
        {
            writer.Write(body.Span);
            return writer.WrittenMemory;
        }

        writer.Write(Encoding.ASCII.GetBytes($"\"{member}\":"));
        writer.Write(body.Span);
        writer.Write("}"u8);
        return writer.WrittenMemory;
    }

    public void NoteWritten() => written?.Invoke();
}

/// <summary>Writes frames as they are.</summary>
internal sealed class LiveFrameJson : JsonConverter<LiveFrame>
{
    public override LiveFrame Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException("Clients send no frames.");

    public override void Write(Utf8JsonWriter writer, LiveFrame value, JsonSerializerOptions options)
    {
        writer.WriteRawValue(value.ToJson().Span, skipInputValidation: true);
        value.NoteWritten();
    }
}
