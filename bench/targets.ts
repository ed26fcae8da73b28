/** A function to attach to. */
export interface Target {
  readonly name: string;
  readonly btfId: number;
}

/**
 * Functions that a guest without such hardware, or traffic, hardly calls, so that what is attached slows nobody down.
 * Their ids are all over BTF.
 */
export const coldPatterns = ['acpi_*', 'pci_*', 'usb_*', 'tcp_*', 'udp*_*', 'xfrm_*'] as const;
