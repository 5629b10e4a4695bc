using System.Text;
using MessagePack;
using MessagePack.Formatters;

namespace ControlPlane.Api.Live.Hub;

/// <summary>Writes frames for clients of MessagePack: the same members under the same names as in JSON.</summary>
internal sealed class LiveFrameMessagePack : IMessagePackFormatter<LiveFrame?>
{
    public LiveFrame Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options) => throw new NotSupportedException("Clients send no frames.");

    public void Serialize(ref MessagePackWriter writer, LiveFrame? value, MessagePackSerializerOptions options)
    {
        if (value is null)
        {
            writer.WriteNil();
            return;
        }

        writer.WriteRaw(MessagePackSerializer.ConvertFromJson(Encoding.UTF8.GetString(value.ToJson().Span)));
        value.NoteWritten();
    }
}
