package objects

import "github.com/lwm2mboot/lwm2mboot/tlv"

// deviceTable: /3, Device (Core 1.0, 1.1 and 1.2, E.4).
var deviceTable = table{
	object:   Definition{ID: ObjectDevice, Name: "Device", Multiple: false, Mandatory: true},
	versions: []tlv.Version{v10, v11, v12},
	rows: []row{
		{v10, DeviceManufacturer, "Manufacturer", read, opt, TypeString, noLimit, ""},
		{v10, DeviceModelNumber, "Model Number", read, opt, TypeString, noLimit, ""},
		{v10, DeviceSerialNumber, "Serial Number", read, opt, TypeString, noLimit, ""},
		{v10, DeviceFirmwareVersion, "Firmware Version", read, opt, TypeString, noLimit, ""},
		{v10, DeviceReboot, "Reboot", execute, mand, TypeNone, noLimit, ""},
		{v10, DeviceFactoryReset, "Factory Reset", execute, opt, TypeNone, noLimit, ""},
		{v10, DeviceAvailablePowerSources, "Available Power Sources", read, multi, TypeInteger, Range{Max: 7}, ""},
		{v10, DevicePowerSourceVoltage, "Power Source Voltage", read, multi, TypeInteger, noLimit, "mV"},
		{v11, DevicePowerSourceVoltage, "Power Source Voltage", read, multi, TypeInteger, noLimit, ""},
		{v10, DevicePowerSourceCurrent, "Power Source Current", read, multi, TypeInteger, noLimit, "mA"},
		{v11, DevicePowerSourceCurrent, "Power Source Current", read, multi, TypeInteger, noLimit, ""},
		{v10, DeviceBatteryLevel, "Battery Level", read, opt, TypeInteger, Range{Max: 100}, "%"},
		{v12, DeviceBatteryLevel, "Battery Level", read, opt, TypeInteger, Range{Max: 100}, "/100"},
		{v10, DeviceMemoryFree, "Memory Free", read, opt, TypeInteger, noLimit, "KB"},
		{v11, DeviceMemoryFree, "Memory Free", read, opt, TypeInteger, noLimit, ""},
		{v10, DeviceErrorCode, "Error Code", read, mand | multi, TypeInteger, Range{Max: 8}, ""},
		{v12, DeviceErrorCode, "Error Code", read, mand | multi, TypeInteger, Range{Max: 32}, ""},
		{v10, DeviceResetErrorCode, "Reset Error Code", execute, opt, TypeNone, noLimit, ""},
		{v10, DeviceCurrentTime, "Current Time", readWrite, opt, TypeTime, noLimit, ""},
		{v10, DeviceUTCOffset, "UTC Offset", readWrite, opt, TypeString, noLimit, ""},
		{v10, DeviceTimezone, "Timezone", readWrite, opt, TypeString, noLimit, ""},
		{v10, DeviceSupportedBindingAndModes, "Supported Binding and Modes", read, mand, TypeString, noLimit, ""},
		{v10, DeviceDeviceType, "Device Type", read, opt, TypeString, noLimit, ""},
		{v10, DeviceHardwareVersion, "Hardware Version", read, opt, TypeString, noLimit, ""},
		{v10, DeviceSoftwareVersion, "Software Version", read, opt, TypeString, noLimit, ""},
		{v10, DeviceBatteryStatus, "Battery Status", read, opt, TypeInteger, Range{Max: 6}, ""},
		{v10, DeviceMemoryTotal, "Memory Total", read, opt, TypeInteger, noLimit, ""},
		{v10, DeviceExtDevInfo, "ExtDevInfo", read, multi, TypeObjlnk, noLimit, ""},
	},
}
