using Orleans.Storage;

namespace ControlPlane.Grains.Storage.Seals;

/// <summary>A row's bytes, for a store that need not know what they are.</summary>
internal sealed class SealedContent
{
    public byte[] Bytes { get; set; } = [];
}

/// <summary>Leaves <see cref="SealedContent"/> as it is; states go the usual way.</summary>
internal sealed class SealedContentSerializer(IGrainStorageSerializer states) : IGrainStorageSerializer
{
    public BinaryData Serialize<T>(T? input) => input is SealedContent content ? new(content.Bytes) : states.Serialize(input);

    public T? Deserialize<T>(BinaryData input) =>
        typeof(T) == typeof(SealedContent) ? (T?)(object)new SealedContent { Bytes = input.ToArray() } : states.Deserialize<T>(input);
}
